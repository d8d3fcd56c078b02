// Answers, a line of JSON for each line of JSON: {"expression", "context", "status"} becomes
// {"value"} or {"error"}, by GitHub's own evaluator. The status functions are the runner's.
import { createInterface } from "node:readline";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

const STATUS = {
  always: () => true,
  cancelled: () => false,
  failure: (status) => status === "failure",
  success: (status) => status === "success",
};

function evaluate({ expression, context, status }) {
  const functions = Object.entries(STATUS).map(([name, holds]) => ({
    name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(holds(status)),
  }));
  const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(context), functions).parse();
  const values = JSON.parse(JSON.stringify(context), data.reviver);
  const definitions = new Map(functions.map((entry) => [entry.name, entry]));
  const result = new Evaluator(tree, values, definitions).evaluate();
  const scalar = result.kind !== data.Kind.Array && result.kind !== data.Kind.Dictionary;
  return {
    value: scalar ? result.coerceString() : JSON.stringify(result, data.replacer),
    holds: !["", "0", "false", "NaN"].includes(scalar ? result.coerceString() : "true"),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = evaluate(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
