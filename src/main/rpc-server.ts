import type { z } from 'zod';
import { api, type CallName, type Operation, type WatchName } from '#contract/api.ts';
import { errorCodeSchema, type ContractError, type ErrorCode } from '#contract/errors.ts';
import { requestSchema, type Request, type Response, type Wire } from '#contract/rpc.ts';
import type { Failure, Result } from '#domain/result.ts';
import type { CallHandler, Handlers, Topic, WatchHandler } from './handlers.ts';
import type { Log } from './log.ts';

export interface RpcServer {
  connect(wire: Wire): void;
  /** Says that what these topics cover may have changed. Views go out soon, and at the latest before the next reply. */
  publish(...topics: Topic[]): void;
  /** Keeps all views as they are until the returned function is called: while the store behind them is exchanged. */
  hold(): () => void;
  /** Answers nothing more and closes the wires, so that every screen knows. */
  close(): void;
}

interface Dependencies {
  /** The handlers of now: they change when a store is opened again. */
  handlers(): Handlers;
  /** Reads many views in one go, all of the same state. */
  together(read: () => void): void;
  log: Log;
  /** A reference for the log line of a bug. */
  reference(): string;
  /** The code of a thrown failure that is expected, such as a full disk; undefined for a bug. */
  errorToCode(error: unknown): ErrorCode | undefined;
}

interface Watching {
  name: WatchName;
  read(): Result<unknown, ErrorCode>;
  topics: readonly Topic[];
  /** The view last sent, as JSON. */
  sent: string | undefined;
  dirty: boolean;
  /** `json`: the view as text. */
  sendView(view: unknown, json: string): void;
  sendError(error: ContractError): void;
  end(): void;
}

const contractError = (failed: Failure<ErrorCode>): ContractError => ({ code: failed.code, ...(failed.details && { details: { ...failed.details } }) });

/** The code a schema gives as its message, wherever it stands in the tree of issues; else the first place that is wrong. */
function zodToError(error: z.ZodError): ContractError {
  const flatten = (issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] =>
    issues.flatMap((issue) => (issue.code === 'invalid_union' ? [issue, ...issue.errors.flatMap(flatten)] : [issue]));
  for (const issue of flatten(error.issues)) {
    const code = errorCodeSchema.safeParse(issue.message);
    if (code.success) return { code: code.data, details: { path: issue.path.join('.') } };
  }
  return { code: 'input_invalid', details: { path: error.issues[0]?.path.join('.') ?? '' } };
}

const isOperation = (name: string): name is Operation => Object.hasOwn(api, name);

/**
 * Answers requests on any number of wires. Promises: nothing is called that the contract does not name, no input is
 * believed before its schema has parsed it, views go out before the reply of the call that changed them, and a bug in
 * one operation fails that operation alone, with a reference to the log.
 */
export function createRpcServer({ handlers, together, log, reference, errorToCode }: Dependencies): RpcServer {
  const watches = new Set<Watching>();
  const wires = new Set<Wire>();
  let scheduled = false;
  let open = true;
  let held = false;

  function failureToError(error: unknown, name: string): ContractError {
    const code = errorToCode(error);
    if (code !== undefined) {
      log.warn({ operation: name, code }, 'operation failed');
      return { code };
    }
    const mark = reference();
    log.error({ operation: name, reference: mark, stack: error instanceof Error ? error.stack : typeof error }, 'bug');
    return { code: 'internal', reference: mark };
  }

  function refresh(watching: Watching): void {
    watching.dirty = false;
    let error: ContractError;
    try {
      const result = watching.read();
      if (result.ok) {
        const text = JSON.stringify(result.value);
        if (text === watching.sent) return;
        watching.sent = text;
        return watching.sendView(result.value, text);
      }
      error = contractError(result);
    } catch (thrown) {
      error = failureToError(thrown, watching.name);
    }
    watching.end();
    watching.sendError(error);
  }

  function flush(): void {
    scheduled = false;
    if (!open || held) return;
    const dirty = [...watches].filter((watching) => watching.dirty);
    if (dirty.length > 0) together(() => dirty.forEach(refresh));
  }

  function publish(...topics: Topic[]): void {
    for (const watching of watches) watching.dirty ||= topics.some((topic) => watching.topics.includes(topic));
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }

  function connect(wire: Wire): void {
    const own = new Map<number, Watching>();
    wires.add(wire);

    async function answerCall(request: Request & { type: 'call' }, name: CallName): Promise<void> {
      let response: Response;
      try {
        const input = api[name].input.safeParse(request.input);
        if (!input.success) response = { type: 'failed', id: request.id, error: zodToError(input.error) };
        else {
          // The table of handlers is typed by operation; here the operation is only known while running.
          const result = await (handlers()[name] as CallHandler<never>)(input.data as never);
          response = result.ok
            ? { type: 'reply', id: request.id, value: result.value }
            : { type: 'failed', id: request.id, error: contractError(result) };
        }
      } catch (error) {
        response = { type: 'failed', id: request.id, error: failureToError(error, name) };
      }
      flush();
      if (open) wire.send(response);
    }

    function startWatch(request: Request & { type: 'watch' }, name: WatchName): void {
      const input = api[name].input.safeParse(request.input);
      if (!input.success) return wire.send({ type: 'failed', id: request.id, error: zodToError(input.error) });
      const handler = (): WatchHandler<never> => handlers()[name] as WatchHandler<never>;
      const watching: Watching = {
        name,
        read: () => handler().read(input.data as never),
        topics: handler().topics(input.data as never),
        sent: undefined,
        dirty: false,
        sendView(view, json) {
          if (wire.sendText) wire.sendText(`{"type":"view","id":${request.id},"view":${json}}`);
          else wire.send({ type: 'view', id: request.id, view });
        },
        sendError: (error) => wire.send({ type: 'failed', id: request.id, error }),
        end() {
          watches.delete(watching);
          own.delete(request.id);
        },
      };
      own.get(request.id)?.end();
      own.set(request.id, watching);
      watches.add(watching);
      refresh(watching);
    }

    wire.onMessage((message) => {
      if (!open) return;
      const parsed = requestSchema.safeParse(message);
      if (!parsed.success) {
        const id = requestSchema.options[2].shape.id.safeParse(Object(message).id);
        return id.success ? wire.send({ type: 'failed', id: id.data, error: { code: 'input_invalid' } }) : wire.close();
      }
      const request = parsed.data;
      if (request.type === 'unwatch') return own.get(request.id)?.end();
      const { operation } = request;
      const known = isOperation(operation) && api[operation].kind === request.type;
      if (!known) return wire.send({ type: 'failed', id: request.id, error: { code: 'operation_unknown' } });
      if (request.type === 'call') void answerCall(request, operation as CallName);
      else startWatch(request, operation as WatchName);
    });
    wire.onClose(() => {
      wires.delete(wire);
      for (const watching of [...own.values()]) watching.end();
    });
  }

  return {
    connect,
    publish,
    hold() {
      held = true;
      return () => {
        held = false;
        for (const watching of watches) watching.dirty = true;
        flush();
      };
    },
    close() {
      open = false;
      watches.clear();
      for (const wire of wires) wire.close();
    },
  };
}
