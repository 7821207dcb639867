# Say who may ask with AUTH: without it the service does not start where others can reach it.
# The service as it is developed: Node runs the TypeScript sources, so that there is nothing to build.
FROM node:26.10.0-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:26.10.0-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    METRICS_HOST=0.0.0.0 \
    DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
# What Node makes of the sources is kept beside them by the first start, and found by the next ones.
ENV NODE_COMPILE_CACHE=/data/.compiled
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 4000
# What an orchestrator sends to end it, and within which time it has ended: give it the ten seconds.
STOPSIGNAL SIGTERM
# Readiness is at /readyz; what is not ready need not be started again.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process and gets the signals; main.ts handles them.
CMD ["node", "--import", "./src/require-node.mjs", "src/main.ts"]
