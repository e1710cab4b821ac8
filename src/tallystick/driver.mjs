// Serve trials of Tallystick's lab from one warm Node process. Copy this file or import it.
//
// `serve(ask)` speaks the protocol that driver.py describes: one JSON object a line on stdin, one
// a line on stdout, in any order. `ask(trial)` returns, or resolves to, the text or an object with
// `text` and, where the client gives them, `finish_reason` and `usage`. No packages are needed.

import { createInterface } from "node:readline";

export function serve(ask) {
  const print = process.stdout.write.bind(process.stdout);
  // What the client itself prints goes to stderr: stdout is the protocol's.
  process.stdout.write = process.stderr.write.bind(process.stderr);

  async function one(trial) {
    let outcome;
    try {
      const answer = await ask(trial);
      const told = answer !== null && typeof answer === "object" ? answer : { text: answer };
      outcome = { ok: true, ...told };
    } catch (error) {
      outcome = { ok: false, error: nameOf(error) };
    }
    print(JSON.stringify({ id: trial.id, ...outcome }) + "\n");
  }

  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => void one(JSON.parse(line)));
  lines.on("close", () => process.exit(0));
}

// Classes of npm packages are often named by their constructor only.
function nameOf(error) {
  if (!(error instanceof Error)) return "Error";
  return error.name !== "Error" ? error.name : error.constructor.name;
}
