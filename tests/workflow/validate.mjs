// Prints what GitHub's own language service finds in a workflow, as JSON.
import { readFileSync } from "node:fs";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

const text = readFileSync(process.argv[2], "utf8");
const document = TextDocument.create("file:///.github/workflows/w.yml", "yaml", 1, text);
const findings = await validate(document);
process.stdout.write(JSON.stringify(findings.map(({ message, range }) => ({
  message, line: range.start.line + 1,
}))));
