// Socket.IO's own tutorial ("exactly once" delivery) with rooms and PostgreSQL: a unique client offset, INSERT, then emit, then the acknowledgement; who comes
// back says the last id it has and gets the rest. Everything else keeps its default. The database is named by the variables of libpq.
import { createServer } from "node:http";
import pg from "pg";
import { Server } from "socket.io";

const UNIQUE_VIOLATION = "23505";
const pool = new pg.Pool({ max: 10 });
await pool.query(`create table messages (
  id bigserial primary key, room text not null, client_offset text unique, content text not null)`);
await pool.query("create index messages_room on messages (room, id)");

const server = createServer();
const io = new Server(server);

io.on("connection", async (socket) => {
  const { room, serverOffset } = socket.handshake.auth;
  socket.on("chat message", async (content, clientOffset, callback) => {
    let result;
    try {
      result = await pool.query({
        name: "insert",
        text: "insert into messages (room, client_offset, content) values ($1, $2, $3) returning id",
        values: [room, clientOffset, content],
      });
    } catch (error) {
      // Sent before: it was stored then. Anything else is the client's to try again.
      if (error.code === UNIQUE_VIOLATION) callback();
      return;
    }
    io.to(room).emit("chat message", content, Number(result.rows[0].id));
    callback();
  });
  socket.join(room);
  // 0: a device without history, which wants what is said from now on.
  if (serverOffset > 0) {
    const missed = await pool.query({
      name: "missed",
      text: "select id, content from messages where room = $1 and id > $2 order by id",
      values: [room, serverOffset],
    });
    for (const row of missed.rows) socket.emit("chat message", row.content, Number(row.id));
  }
  socket.emit("caught up");
});

server.listen(Number(process.env.PORT), "127.0.0.1");
