# One image for web, worker and beat; compose.yaml and docs/operations.md show how it is run.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --require-hashes -r requirements.txt
COPY . .
RUN /venv/bin/python -m compileall -q .
# Static files are named by content and compressed once, here. The values only let the settings load; none stays.
RUN DEBUG=false SECRET_KEY=only-for-the-build SITE_URL=https://build.invalid ALLOWED_HOSTS=build.invalid \
    EMAIL_URL=dummymail:// DEFAULT_FROM_EMAIL=build@build.invalid DATABASE_URL=sqlite:///:memory: VAR_DIR=/tmp/var \
    /venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 portal && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent portal \
    && install -d -o portal -g portal /var/lib/portal
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=false DEMO=false HOST=0.0.0.0 PORT=8000 VAR_DIR=/var/lib/portal
WORKDIR /app
USER portal
VOLUME /var/lib/portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
CMD ["gunicorn", "-c", "python:policy_portal.gunicorn", "policy_portal.wsgi"]
