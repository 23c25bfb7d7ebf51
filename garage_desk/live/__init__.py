"""Telling open pages what others change.

`garages.live.announce` publishes to Redis after a commit. One process (`asgi`) hears all garages and passes the news on
to the browsers that stream from it; it knows no database. While it or Redis is away, browsers ask the web server
(`poll`). Both let in who shows a signed pass (`passes`), which a page carries and renews (`views`).
"""
