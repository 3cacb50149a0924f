# docker-compose.yml builds two targets:
#   api    the server, without a compiler, sources or a secret in it
#   nginx  the edge with the built browser application
# Not the way to develop: `make run` needs no containers.

FROM rust:1.95-bookworm AS server-build
# The image brings the toolchain; rust-toolchain.toml would fetch rustfmt and clippy as well.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin kazumi \
    && install -D target/release/kazumi /out/kazumi

FROM node:20-bookworm-slim AS browser-build
# The browser tests' own browser is not wanted here.
ENV PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM debian:bookworm-slim AS api
RUN groupadd --gid 10001 kazumi \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin kazumi
COPY --from=server-build /out/kazumi /usr/local/bin/kazumi
USER 10001:10001
ENV KAZUMI_HTTP_ADDR=0.0.0.0:8000
EXPOSE 8000
ENTRYPOINT ["/usr/local/bin/kazumi"]
CMD ["serve"]

FROM nginx:1.30.0 AS nginx
# start.sh and the health check need both; fail here rather than on the first start.
RUN command -v openssl && command -v curl \
    && rm -rf /etc/nginx/conf.d /usr/share/nginx/html
COPY nginx/nginx.conf /etc/nginx/nginx.conf
COPY nginx/machine /etc/nginx/machine
COPY nginx/snippets /etc/nginx/snippets
COPY nginx/start.sh /usr/local/bin/kazumi-nginx
COPY --from=browser-build /build/frontend/dist /usr/share/nginx/html
# `nginx` of the base image; ports 80 and 443 are opened to it in docker-compose.yml.
USER 101:101
EXPOSE 80 443
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/usr/local/bin/kazumi-nginx"]
