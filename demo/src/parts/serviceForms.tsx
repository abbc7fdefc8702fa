import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { messageOf } from "../state/calls.ts";
import { cancelOpening, link, linkState } from "../state/connection.ts";
import type { ServiceKind } from "../state/explainUnreachable.ts";
import { normalizeAddress, saveProfile } from "../state/profiles.ts";
import { expiryOf, logIn, openGateway, openService } from "../state/service.ts";
import { timeOfDay } from "./format.ts";
import { toast } from "./toasts.tsx";

interface FormProps {
  /** Of a saved profile. */
  readonly address: string | undefined;
}

const WRONG_ADDRESS = "Enter an address that begins with http:// or https://.";

/** Connects through a gateway, which keeps the key to itself. */
export function GatewayForm({ address }: FormProps): JSX.Element {
  const text = useAddress(address, "token", "https://");
  const hasToken = useSignal(false);
  const { problem, submit } = useConnect(text, "gateway", async (baseUrl, secret) => {
    const pasted = hasToken.peek();
    const token = await openGateway(baseUrl, (abort) =>
      pasted ? Promise.resolve(secret) : logIn(baseUrl, secret, abort),
    );
    const expiry = expiryOf(token);
    toast(`Connected to ${new URL(baseUrl).host}${expiry === null ? "" : ` until ${timeOfDay(new Date(expiry))}`}.`);
  });
  return (
    <form class="fields" onSubmit={submit} noValidate>
      <p class="hint">
        A gateway has the platform's key, and gives this page a token that is valid for minutes. It decides what the
        page may do.
      </p>
      <AddressField text={text} problem={problem} kind="gateway" />
      <fieldset class="segments">
        <legend>Access</legend>
        {[false, true].map((choice) => (
          <label key={String(choice)}>
            <input
              type="radio"
              name="access"
              checked={hasToken.value === choice}
              onChange={() => {
                hasToken.value = choice;
              }}
            />
            <span>{choice ? "Paste a token" : "Log in"}</span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        {hasToken.value ? "Token" : "Password"}
        <input
          key={String(hasToken.value)}
          type="password"
          name="secret"
          autocomplete="off"
          required={hasToken.value}
          aria-describedby="secret-hint"
        />
      </label>
      <p id="secret-hint" class="hint">
        {hasToken.value
          ? "From POST /gateway/token. It stays in this page's memory."
          : "Sent to the gateway once, and not kept. Leave it empty if you have logged in there already."}
      </p>
      <Submit problem={problem} text={text} kind="gateway" />
    </form>
  );
}

/** Connects to a service itself: for market data, or with a key after a warning. */
export function ServiceForm({ address }: FormProps): JSX.Element {
  const text = useAddress(address, "key", "http://localhost:8000");
  const usesKey = useSignal(link.value?.kind === "service" && link.value.credential === "key" && link.value.hasAccount);
  const { problem, submit } = useConnect(text, "service", openService);
  return (
    <form class="fields" onSubmit={submit} noValidate>
      <AddressField text={text} problem={problem} kind="service" />
      <label class="switch">
        <input
          type="checkbox"
          checked={usesKey}
          onChange={(event) => {
            usesKey.value = event.currentTarget.checked;
          }}
        />
        <span>
          Use an agent's key
          <small>Without one, only market data is available.</small>
        </span>
      </label>
      {usesKey.value && (
        <>
          <p class="notice warning">
            A key is a password that does not expire. Whoever controls this page, its server or an extension of this
            browser can read it. Use a key of a test account, or connect through a gateway.
          </p>
          <label class="field">
            Agent's key
            <input type="password" name="secret" autocomplete="off" aria-describedby="secret-hint" />
          </label>
          <p id="secret-hint" class="hint">
            The key stays in this page's memory and is discarded when the page closes.
          </p>
        </>
      )}
      <Submit problem={problem} text={text} kind="service" />
    </form>
  );
}

/** The text of the address field: of the profile, or of the present connection if it is of this kind. */
function useAddress(address: string | undefined, credential: "key" | "token", otherwise: string): Signal<string> {
  const current = link.peek();
  const isPresent = current?.kind === "service" && current.credential === credential;
  return useSignal(address ?? (isPresent ? current.address : otherwise));
}

interface Connecting {
  readonly problem: Signal<string>;
  readonly submit: (event: SubmitEvent) => void;
}

function useConnect(
  text: Signal<string>,
  kind: ServiceKind,
  connect: (baseUrl: string, secret: string) => Promise<void>,
): Connecting {
  const problem = useSignal("");
  const run = async (secret: string): Promise<void> => {
    const baseUrl = normalizeAddress(text.peek());
    problem.value = baseUrl === null ? WRONG_ADDRESS : "";
    if (baseUrl === null || linkState.peek().kind === "opening") return;
    try {
      await connect(baseUrl, secret);
    } catch (error) {
      problem.value = messageOf(error);
    }
  };
  // A connection of another kind makes the complaint pointless.
  useEffect(() => {
    problem.value = "";
  }, [kind]);
  return {
    problem,
    submit(event) {
      event.preventDefault();
      const secret = new FormData(event.currentTarget as HTMLFormElement).get("secret");
      void run(typeof secret === "string" ? secret.trim() : "");
    },
  };
}

function AddressField({
  text,
  problem,
  kind,
}: {
  readonly text: Signal<string>;
  readonly problem: Signal<string>;
  readonly kind: ServiceKind;
}): JSX.Element {
  return (
    <label class="field">
      {kind === "gateway" ? "Gateway's address" : "Base URL"}
      <input
        type="url"
        name="address"
        required
        spellcheck={false}
        aria-invalid={problem.value === WRONG_ADDRESS}
        aria-describedby="connect-problem"
        value={text}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}

function Submit({
  problem,
  text,
  kind,
}: Pick<Connecting, "problem"> & {
  readonly text: Signal<string>;
  readonly kind: ServiceKind;
}): JSX.Element {
  const busy = linkState.value.kind === "opening";
  const save = (): void => {
    const address = normalizeAddress(text.peek());
    problem.value = address === null ? WRONG_ADDRESS : "";
    if (address === null) return;
    saveProfile({ name: new URL(address).host, address, kind });
    toast(`This browser remembers ${new URL(address).host}, without any secret.`);
  };
  return (
    <>
      <p class="buttons">
        <button type="submit" class="primary" aria-disabled={busy}>
          {busy ? "Connecting…" : "Connect"}
        </button>
        {busy && (
          <button
            type="button"
            onClick={(event) => {
              // This button disappears.
              event.currentTarget.form?.querySelector<HTMLElement>('[type="submit"]')?.focus();
              cancelOpening();
            }}
          >
            Cancel
          </button>
        )}
        <button type="button" onClick={save}>
          Save the address
        </button>
      </p>
      <p id="connect-problem" class="problem" role="alert">
        {problem.value}
      </p>
    </>
  );
}
