// @hocuspocus/server as its documentation shows it, storing into PostgreSQL through its database extension. Everything that is not
// about the address or the database keeps its default. The database is named by the variables of libpq.
import { Database } from "@hocuspocus/extension-database";
import { Server } from "@hocuspocus/server";
import pg from "pg";

const pool = new pg.Pool({ max: 10 });

const fetchDocument = async ({ documentName }) => {
  const { rows } = await pool.query("select data from documents where name = $1", [documentName]);
  return rows[0]?.data ?? null;
};

const storeDocument = async ({ documentName, state }) => {
  await pool.query(
    "insert into documents (name, data) values ($1, $2) on conflict (name) do update set data = excluded.data",
    [documentName, state],
  );
};

const server = new Server({
  address: "127.0.0.1",
  port: Number(process.env.PORT),
  quiet: true,
  extensions: [new Database({ fetch: fetchDocument, store: storeDocument })],
});
await server.listen();
