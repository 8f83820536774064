import type { ReactNode } from "react";
import { Link } from "react-router";
import { failureOf, isGone } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { Code, pretty } from "@/shared/ui/Code";
import { size } from "@/shared/ui/numbers";
import { Card } from "@/shared/ui/Page";
import { State } from "@/shared/ui/State";
import { Failure, Loading } from "@/shared/ui/states";
import { Time } from "@/shared/ui/Time";
import { useLetter } from "./api";
import { subjectOf, type Verb } from "./letters";

interface Props {
  id: string;
  onSettle: (verb: Verb) => void;
  close: ReactNode;
}

/** One letter, decoded where that is possible. */
export function Letter({ id, onSettle, close }: Props) {
  const { currentData, error, refetch } = useLetter({ id });
  if (error && (!currentData || isGone(failureOf(error))))
    return (
      <Card title="Letter" extra={close}>
        <Failure error={error} retry={() => void refetch()} />
      </Card>
    );
  if (!currentData)
    return (
      <Card title="Letter" extra={close}>
        <Loading />
      </Card>
    );
  const letter = currentData.data.attributes;
  const subject = subjectOf(letter.key ?? "");
  const settled = letter.state !== "parked" && `It is ${letter.state} already.`;
  const headers = Object.entries(letter.headers ?? {});
  return (
    <Card title={letter.record ?? letter.code} extra={close}>
      <div className="flex flex-col gap-4">
        <p className="break-words">{letter.message}</p>
        <div className="flex flex-wrap gap-2">
          <Action needs="dead-letters:settle" type="primary" blocked={settled} onClick={() => onSettle("release")}>
            Release
          </Action>
          <Action needs="dead-letters:settle" danger blocked={settled} onClick={() => onSettle("skip")}>
            Skip
          </Action>
        </div>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          <Fact name="State">
            <State name={letter.state} />
          </Fact>
          <Fact name="Consumer">{letter.consumer}</Fact>
          <Fact name="Record">
            {letter.topic}, partition {letter.partition}, offset {letter.offset}, {size(letter.body_bytes)}
          </Fact>
          <Fact name="Parked">
            <Time at={letter.created_at} />
          </Fact>
          {letter.author && (
            <Fact name="Settled">
              by {letter.author}, <Time at={letter.updated_at} />: {letter.reason}
            </Fact>
          )}
          <Fact name="Behind it">
            {subject ? (
              <>
                Later records of{" "}
                <Link to={`/events?subject=${encodeURIComponent(subject)}`} className="underline!">
                  {subject}
                </Link>{" "}
                {letter.state === "parked" ? "wait for this one." : "went on after it."}
              </>
            ) : (
              "Nothing: the record has no key."
            )}
          </Fact>
        </dl>
        {letter.data ? (
          <div>
            <h3 className="mb-1">Event</h3>
            <Code value={pretty(letter.data)} label="Decoded event" height={220} />
          </div>
        ) : (
          <div className="min-w-0">
            <h3 className="mb-1">Bytes</h3>
            <p className="mb-1 text-soft">It cannot be decoded. {letter.undecodable}</p>
            <pre className="overflow-x-auto rounded border border-line p-2 text-xs" tabIndex={0} aria-label="First bytes">
              {letter.hexdump || "The body is empty."}
            </pre>
          </div>
        )}
        <div className="min-w-0">
          <h3 className="mb-1">Headers</h3>
          {headers.length ? (
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 font-mono text-xs">
              {headers.map(([name, value]) => (
                <div key={name} className="contents">
                  <dt className="text-soft">{name}</dt>
                  <dd className="break-all">{value}</dd>
                </div>
              ))}
            </dl>
          ) : (
            <p className="text-soft">It has none.</p>
          )}
        </div>
      </div>
    </Card>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-soft">{name}</dt>
    <dd className="min-w-0 break-words [&_time]:whitespace-normal">{children}</dd>
  </>
);
