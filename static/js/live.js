// Tells the page what others change: a stream from the live process, or a poll every 15 s while there is none.
// News are events of <body>: `live` with {topic, facts, mine}; after a gap `live-catch-up`. live-topics.js makes htmx's of
// them. `line` says with {since} that nothing gets through any more, and without that it does again. The attribute
// `data-line` of <body> is how news come just now: "stream", "poll" or "none".
const { body } = document;
const { tab, liveStream, livePoll, liveRenew } = body.dataset;
const BEAT = 15_000;
const LOADED = performance.getEntriesByType("navigation")[0]?.requestStart ?? 0;
let token = body.dataset.liveToken;
let version; // of the last news this page knows of
let stream;
let heardAt = Date.now(); // 0 while there is no stream
let offlineSince;

const dispatch = (name, detail) => body.dispatchEvent(new CustomEvent(name, { detail }));

function line(works) {
  body.dataset.line = heardAt && works ? "stream" : works ? "poll" : "none";
  if (works === !offlineSince) return;
  offlineSince = works ? undefined : new Date();
  dispatch("line", { since: offlineSince });
}

// The garage's latest news, and how many seconds ago it was: a page drawn after it has missed nothing.
function learn(latest) {
  const missed = version === undefined ? latest.age * 1000 < performance.now() - LOADED : version !== latest.version;
  version = latest.version;
  if (missed && latest.age !== null) dispatch("live-catch-up");
}

function connect() {
  stream?.close();
  stream = new EventSource(`${liveStream}?${new URLSearchParams({ token })}`);
  const on = (name, act) => stream.addEventListener(name, (event) => act(JSON.parse(event.data), (heardAt = Date.now())));
  on("hello", (latest) => (line(true), learn(latest)));
  on("news", ({ topic, facts, mine, version: latest }) => {
    version = latest;
    if (topic === "catch-up") dispatch("live-catch-up");
    else dispatch("live", { topic, facts, mine });
  });
  on("ping", () => {});
  on("renew", () => renew().then(connect, poll));
  stream.onerror = () => {
    if (heardAt) poll(); // once, not at each of the browser's own new tries
    heardAt = 0;
  };
}

async function renew() {
  const answer = await fetch(liveRenew, { headers: { "x-tab": tab }, redirect: "error" });
  ({ token } = await answer.json());
}

async function poll() {
  try {
    const answer = await fetch(`${livePoll}?${new URLSearchParams({ token, version: version ?? "" })}`, { signal: AbortSignal.timeout(BEAT) });
    if (answer.status === 401) await renew();
    else if (!answer.ok) throw new Error(answer.statusText);
    line(true);
    if (answer.status !== 200) return;
    learn(await answer.json());
  } catch {
    line(false);
  }
}

// A stream that fell silent is over, whatever the browser believes.
function look() {
  if (heardAt && Date.now() - heardAt < 2.5 * BEAT) return;
  heardAt = 0;
  poll().then(() => stream.readyState === EventSource.CONNECTING || connect());
}

if (liveStream) {
  connect();
  setInterval(look, BEAT * (0.8 + Math.random() * 0.4));
  for (const name of ["online", "offline"]) window.addEventListener(name, () => ((heardAt = 0), look()));
}
