# Image of web server, workers and beat (docker-compose.yml). Packages come from the lock files, with their hashes.
FROM node:22-slim AS front-end
WORKDIR /shop
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

# The full image has compilers: for some machines a few packages come as source.
FROM python:3.11 AS packages
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home kindred && mkdir /data && chown kindred /data
COPY --from=packages /venv /venv
WORKDIR /shop
COPY --from=front-end /shop/node_modules node_modules
COPY . .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=config.settings.production DATA_DIR=/data
USER kindred
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2"]
