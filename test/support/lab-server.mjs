import { serveLab } from "../../dist/node/server.js";

/*
 * The lab's server in a process of its own, which a limit can be put on. It tells its port, and on request the bytes of all
 * its buffers and the number of its connections.
 */

const [folder, idleTimeout] = process.argv.slice(2);
const { port } = await serveLab({ port: 0, folder, idleTimeout: Number(idleTimeout) || undefined });
process.on("message", () => {
  globalThis.gc();
  const connections = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  process.send({ buffered: process.memoryUsage().arrayBuffers, connections });
});
process.on("disconnect", () => process.exit());
process.send({ port });
