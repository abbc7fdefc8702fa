import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { FIELDS, SCHEMA, textOf, type Field, type Group, type Problem } from "../../state/lab/definition.ts";
import * as draft from "../../state/lab/draft.ts";
import { EXAMPLES } from "../../state/lab/examples.ts";
import { Tip } from "../tip.tsx";

/** The strategy as a form and as JSON, side by side: each shows what is changed in the other. */
export function Editor(): JSX.Element {
  return (
    <section class="card lab-editor" aria-labelledby="lab-strategy">
      <div class="head">
        <h2 id="lab-strategy">Strategy</h2>
        <div class="buttons" role="group" aria-label="Start from an example">
          <span class="hint">Start from</span>
          {EXAMPLES.map((example) => (
            <Tip key={example.name} id={`example-${example.name.replaceAll(" ", "-")}`} text={example.about}>
              <button
                type="button"
                class="small"
                aria-describedby={`example-${example.name.replaceAll(" ", "-")}`}
                onClick={() => draft.startFrom(example)}
              >
                {example.name}
              </button>
            </Tip>
          ))}
        </div>
      </div>
      <div class="lab-sides">
        <Form />
        <Json />
      </div>
    </section>
  );
}

const GROUPS: readonly (readonly [Group, legend: string])[] = [
  ["entry_conditions", "Buy when all of these hold"],
  ["exit_conditions", "Sell when any of these holds"],
];

function Form(): JSX.Element {
  const isReadable = draft.checked.value.document !== null;
  const { nameProblem } = draft;
  return (
    <div class="lab-form">
      <div class="field">
        <label for="lab-name">Name</label>
        <input
          id="lab-name"
          autocomplete="off"
          value={draft.name.value}
          aria-invalid={nameProblem.value !== null}
          aria-describedby="lab-name-problem"
          onInput={(event) => {
            draft.name.value = event.currentTarget.value;
          }}
        />
        <p id="lab-name-problem" class="problem">
          {nameProblem.value}
        </p>
      </div>
      {!isReadable && <p class="notice">The JSON cannot be read. Correct it to go on with the form.</p>}
      <fieldset class="plain" disabled={!isReadable}>
        <legend class="visually-hidden">General</legend>
        <div class="lab-fields">
          {FIELDS[""].map((field) => (
            <FieldView key={field.path} field={field} />
          ))}
        </div>
      </fieldset>
      {GROUPS.map(([group, legend]) => (
        <fieldset key={group} disabled={!isReadable}>
          <legend>{legend}</legend>
          <div class="lab-fields">
            {FIELDS[group].map((field) => (
              <FieldView key={field.path} field={field} />
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}

function FieldView({ field }: { readonly field: Field }): JSX.Element {
  const id = `lab-${field.path.replaceAll(/[._]/g, "-")}`;
  const problem = draft.problemOf(field);
  const isError = problem !== null && (typeof problem === "string" || problem.kind === "error");
  const described = {
    "aria-describedby": `${id}-problem${field.hint === "" ? "" : ` ${id}-hint`}`,
    "aria-invalid": isError,
  };
  const body = (
    <>
      {field.kind === "flag" ? (
        <label class="lab-flag">
          <input
            type="checkbox"
            checked={draft.shownIn(field) === "true"}
            {...described}
            onChange={(event) => draft.setField(field, event.currentTarget.checked ? "true" : "")}
          />
          {field.label}
        </label>
      ) : (
        <>
          <label for={id}>{field.label}</label>
          {field.kind === "choice" ? (
            <select
              id={id}
              {...described}
              value={draft.shownIn(field)}
              onChange={(event) => draft.setField(field, event.currentTarget.value)}
            >
              <option value="">Default</option>
              {field.options.map((option) => (
                <option key={option} value={option}>
                  {option}
                </option>
              ))}
            </select>
          ) : (
            <TextField id={id} field={field} described={described} />
          )}
        </>
      )}
      <p id={`${id}-problem`} class={isError ? "problem" : "problem warning"}>
        {problem === null ? "" : sentence(problem)}
      </p>
    </>
  );
  return (
    <div class="field" data-kind={field.kind}>
      {field.hint === "" ? (
        body
      ) : (
        <Tip id={`${id}-hint`} text={field.hint}>
          {body}
        </Tip>
      )}
    </div>
  );
}

interface TextFieldProps {
  readonly id: string;
  readonly field: Field;
  readonly described: { readonly "aria-describedby": string; readonly "aria-invalid": boolean };
}

/** Shows what is typed as it is typed, so that “1.” can become “1.5”, and what was understood afterwards. */
function TextField({ id, field, described }: TextFieldProps): JSX.Element {
  const typing = useSignal<string | null>(null);
  return (
    <input
      id={id}
      autocomplete="off"
      spellcheck={false}
      inputMode={field.kind === "number" ? "decimal" : "text"}
      {...described}
      value={typing.value ?? draft.shownIn(field)}
      onInput={(event) => {
        typing.value = event.currentTarget.value;
        draft.setField(field, event.currentTarget.value);
      }}
      onBlur={() => {
        typing.value = null;
      }}
    />
  );
}

function Json(): JSX.Element {
  const area = useRef<HTMLTextAreaElement>(null);
  const { problems } = draft.checked.value;
  const lines = draft.text.value.split("\n").length;
  const marked = new Map(problems.map(({ line, kind }) => [line, kind]));
  const isWrong = problems.some(({ kind }) => kind === "error");
  const goTo = ({ offset }: Problem): void => {
    area.current?.focus();
    area.current?.setSelectionRange(offset, offset);
  };
  return (
    <div class="lab-json">
      <label class="visually-hidden" for="lab-json">
        Definition as JSON
      </label>
      <div class="code-area">
        <ol aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <li key={index} data-problem={marked.get(index + 1)}>
              {index + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={area}
          id="lab-json"
          rows={lines}
          wrap="off"
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          aria-invalid={isWrong}
          aria-describedby="lab-problems"
          value={draft.text.value}
          onInput={(event) => draft.setText(event.currentTarget.value)}
        />
      </div>
      <div id="lab-problems" role="status">
        {problems.length === 0 ? (
          <p class="hint">✓ Agrees with the schema.</p>
        ) : (
          <ul class="lab-problems">
            {problems.map((problem) => (
              <li key={`${problem.path} ${problem.message}`} data-kind={problem.kind}>
                <button type="button" class="small" onClick={() => goTo(problem)}>
                  Line {problem.line}
                </button>
                <span>
                  <span aria-hidden="true">{problem.kind === "error" ? "✕" : "!"} </span>
                  {problem.kind === "warning" && <span class="visually-hidden">Note: </span>}
                  {problem.path !== "" && <code>{problem.path}</code>} {problem.message}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Schema />
    </div>
  );
}

function Schema(): JSX.Element {
  return (
    <details class="data-table">
      <summary>The schema of the JSON</summary>
      <pre class="schema" tabIndex={0} aria-label="JSON Schema of a definition">
        {textOf(SCHEMA)}
      </pre>
    </details>
  );
}

/** The rules' messages continue the name of a key; here the key is the label above. */
function sentence(problem: Problem | string): string {
  const text = typeof problem === "string" ? problem : problem.message;
  return /[.!?]$/.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
