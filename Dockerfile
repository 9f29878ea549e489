# syntax=docker/dockerfile:1
# The image of a host that serves the event's pages: `make image`. Nothing of an event is in it; `serve --from` takes
# that from a bucket when it starts. It was never built where this file was written: no container program was there.
#
# The base is named by its tag, as nobody could look up its digest there. Whoever publishes the image pins it:
#   docker build --build-arg BASE=docker.io/library/python:3.13-slim-bookworm@sha256:... .
ARG BASE=docker.io/library/python:3.13-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /build
COPY requirements/build.txt requirements/host.txt requirements/
# An environment of its own, at the place where it will stand: no installer, no compiler and no cache go along.
RUN python -m venv /build/tools && /build/tools/bin/pip install --quiet --require-hashes -r requirements/build.txt \
 && python -m venv --without-pip /opt/event-bootstrap \
 && /build/tools/bin/pip --python /opt/event-bootstrap/bin/python install --quiet --only-binary :all: \
      --require-hashes -r requirements/host.txt
COPY setup.cfg pyproject.toml README.md LICENSE accounts.csv event.yaml ./
COPY bootstrap bootstrap
COPY labs labs
COPY templates templates
RUN /build/tools/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /build/made . \
 && /build/tools/bin/pip --python /opt/event-bootstrap/bin/python install --quiet --no-deps --no-index /build/made/*.whl \
 && /opt/event-bootstrap/bin/python -m compileall -q /opt/event-bootstrap/lib
# The certificates of RDS, so that the journal's connection is to that database and no other. AWS changes this file when
# a certificate authority is added, so that no hash is named; the download has TLS.
ARG RDS_CA=https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
ADD --chmod=0444 ${RDS_CA} /opt/event-bootstrap/rds-ca.pem

FROM ${BASE}
COPY --from=build /opt/event-bootstrap /opt/event-bootstrap
# ECS gives a volume the owner and the mode of the folder that the image names as one; without this, only root may write.
RUN chmod 1777 /tmp
VOLUME ["/tmp"]
# Nothing is written beside /tmp; no user of this number needs to be there.
ENV PATH=/opt/event-bootstrap/bin:/usr/local/bin:/usr/bin:/bin HOME=/nonexistent LC_ALL=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /tmp
USER 10001:10001
EXPOSE 4600
# As the orchestrator's own check in templates/cloudformation/venue.yaml.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["/opt/event-bootstrap/bin/python", "-I", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 4600, timeout=3); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/event-bootstrap/bin/event-bootstrap"]
CMD ["serve", "--help"]
