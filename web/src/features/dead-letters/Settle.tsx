import { App, Modal } from "antd";
import { useState } from "react";
import { whole } from "@/shared/ui/numbers";
import { Progress } from "@/shared/ui/Progress";
import { Reason } from "@/shared/ui/Reason";
import { useRelease, useSkip } from "./api";
import { settleAll, type Refusal, type Verb } from "./letters";

interface Props {
  verb: Verb;
  /** Oldest first. */
  ids: readonly string[];
  onClose: () => void;
  onDone: () => void;
}

const WORDS = {
  release: {
    done: "released",
    text: "It is offered to its consumer again, and then what waits behind it. Mend the cause first: what fails again is parked again.",
  },
  skip: {
    done: "skipped",
    text: "It is left out for good, and what waits behind it goes on. This cannot be taken back.",
  },
};

/** Asks why, and settles the letters one after the other. */
export function Settle({ verb, ids, onClose, onDone }: Props) {
  const [reason, setReason] = useState("");
  const [done, setDone] = useState<number | null>(null);
  const [missing, setMissing] = useState(false);
  const [refused, setRefused] = useState<Refusal[]>([]);
  const [release] = useRelease();
  const [skip] = useSkip();
  const { message } = App.useApp();
  const words = WORDS[verb];
  const many = ids.length === 1 ? "this letter" : `${whole(ids.length)} letters`;
  const name = verb === "release" ? "Release" : "Skip";
  const send = async () => {
    const settling = { reason: reason.trim() };
    setMissing(!settling.reason);
    if (!settling.reason) return;
    setDone(0);
    const act = verb === "release" ? release : skip;
    const failed = await settleAll(ids, (id) => act({ id, settling }), setDone);
    setDone(null);
    setRefused(failed);
    if (failed.length) return;
    void message.success(`${whole(ids.length)} ${words.done}.`);
    onDone();
  };
  return (
    <Modal
      open
      title={`${name} ${many}?`}
      okText={name}
      okButtonProps={{ danger: verb === "skip" }}
      confirmLoading={done !== null}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <p className="text-soft">{words.text}</p>
      <div className="mt-3">
        <Reason
          label="Reason"
          lines={2}
          value={reason}
          onChange={setReason}
          error={missing ? "Write why this is right." : undefined}
        />
      </div>
      {done !== null && ids.length > 1 && (
        <div className="mt-3">
          <Progress done={done} total={ids.length} label="Letters settled" />
        </div>
      )}
      {refused.length > 0 && (
        <div role="alert" className="mt-3 text-bad">
          <p>
            {whole(ids.length - refused.length)} of {whole(ids.length)} {words.done}. Not these:
          </p>
          <ul className="max-h-40 overflow-y-auto">
            {refused.map(({ id, failure }) => (
              <li key={id}>
                <code title={id}>{id.slice(0, 8)}</code> {failure.message} {failure.remedy}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Modal>
  );
}
