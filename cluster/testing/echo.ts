import type { Json } from "../env/env.ts";
import type { NodeProgram } from "../env/program.ts";

type EchoRules = {
  /** What `POST /echo` answers. */
  readonly echo: (body: Json) => Json;
};

/**
 * The smallest program that uses every port: tests of the runtime and the drivers run it.
 *
 * `POST /echo` answers the body. `POST /append` answers once the body is durable, `GET /file` what
 * is on disk. `GET /wall` answers the node's wall clock, `GET /options` its options. `POST /send` with `{to, text}` sends a
 * frame; `GET /heard` answers the frames heard in this incarnation, `GET /slow` nothing ever.
 */
export const program: NodeProgram<EchoRules> = {
  rules: { echo: (body) => body },

  start(env, config, rules) {
    const heard: Json[] = [];
    env.trace({ kind: "start" });
    env.log("started");
    env.network.onFrame((from, frame) => heard.push({ from, frame }));
    env.server.serve(({ method, path, body }, respond) => {
      const answer = (value: Json): void => respond({ status: 200, body: value });
      switch (`${method} ${path}`) {
        case "POST /echo":
          answer(rules.echo(body ?? null));
          break;
        case "POST /append":
          env.disk.append("file", String(body), (error) => {
            env.trace({ kind: "appended", text: String(body) });
            answer(error === null ? null : error.message);
          });
          break;
        case "GET /file":
          env.disk.read("file", (content) =>
            answer(content.kind === "records" ? content.records.join("") : null),
          );
          break;
        case "GET /options":
          answer(config.options);
          break;
        case "GET /wall":
          answer(env.clock.wallMs());
          break;
        case "POST /send": {
          const { to, text } = body as { readonly to: string; readonly text: string };
          env.network.send(to, text);
          answer(null);
          break;
        }
        case "GET /heard":
          answer(heard);
          break;
        case "POST /fatal":
          env.fatal(String(body));
          break;
        case "GET /slow":
          break;
        default:
          respond({ status: 404, body: { error: "no such path" } });
      }
    });
  },
};
