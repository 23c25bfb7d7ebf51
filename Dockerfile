# Production image: web by default; the live process, the worker, beat and migrations are other commands of the same image
# (docker-compose.yml shows all five). No compiler, no development packages, no embedded database, not root.

FROM python:3.13-slim AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups
COPY . .
# The settings insist on their secrets even here; these three never leave this line.
RUN .venv/bin/python -m garage_desk.assets \
    && DEBUG=0 SECRET_KEY=build DATABASE_URL=postgres://build/build REDIS_URL=redis://build/0 \
       .venv/bin/python manage.py collectstatic --no-input

FROM python:3.13-slim
RUN useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin garage-desk \
    && install --directory --owner garage-desk --mode 0700 /data
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0 DATA_DIR=/data
USER garage-desk
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "docker/healthcheck.py"]
CMD ["gunicorn", "garage_desk.wsgi:application", "--bind", "0.0.0.0:8000", "--no-control-socket", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", \
     "--max-requests", "10000", "--max-requests-jitter", "1000"]
