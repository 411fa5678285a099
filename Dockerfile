# One image for every service; docker-compose.yml says which command it runs.
FROM node:20-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund \
  && TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1 npm run build \
  # Compilers, linters and the embedded PostgreSQL stay behind.
  && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:20-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/apps apps
COPY --from=build /app/sql sql
USER node
EXPOSE 4000 4100 4200
CMD ["node", "apps/cli/dist/main.js", "help"]
