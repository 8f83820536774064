# One image for every role: docker build -t synthetic-data-studio .
FROM node:22-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ .
RUN npm run build

FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /tools && python -m venv /opt/studio
COPY requirements/ requirements/
RUN /tools/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt
RUN /tools/bin/uv pip sync --no-cache --compile-bytecode --python /opt/studio/bin/python --require-hashes \
        requirements/core.txt requirements/train.txt
COPY . .
RUN /tools/bin/uv build --no-build-isolation --python /tools/bin/python --wheel --out-dir /wheels sdk \
    && /tools/bin/uv build --no-build-isolation --python /tools/bin/python --wheel --out-dir /wheels . \
    && /tools/bin/uv pip install --no-cache --compile-bytecode --python /opt/studio/bin/python --no-deps /wheels/*.whl
ENV M2_REPO=/opt/m2
RUN /opt/studio/bin/python -m ops.local jars

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home studio && install -d -o studio /var/lib/studio /data
COPY --from=build /opt/studio /opt/studio
COPY --from=build /opt/m2 /opt/m2
COPY --from=web /web/dist /opt/web
ENV PATH=/opt/studio/bin:$PATH M2_REPO=/opt/m2 STUDIO_HOME=/var/lib/studio STUDIO_WEB_ROOT=/opt/web PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2
USER studio
WORKDIR /var/lib/studio
ENTRYPOINT []
CMD ["studio", "--help"]
