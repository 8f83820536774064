import { Modal } from "antd";
import { useState } from "react";
import type { DeploymentAttributes } from "@/shared/api";
import { Action } from "@/shared/ui/Action";
import { Reason } from "@/shared/ui/Reason";
import { onTrial, type Back } from "./deployments";
import type { useActions } from "./useActions";

type Asked = "rollback" | "promote" | "pause" | null;
const NEEDS = "deployments:write";

interface Props {
  it: DeploymentAttributes;
  back: Back | null;
  actions: ReturnType<typeof useActions>;
}

/** Promote, pause or resume, roll back; each asks once and says what will happen. */
export function Actions({ it, back, actions }: Props) {
  const [asked, setAsked] = useState<Asked>(null);
  const [reason, setReason] = useState("");
  const trial = onTrial(it);
  const none = !trial && "Nothing is on trial.";
  const close = () => setAsked(null);
  const sure = async () => {
    const done =
      asked === "promote"
        ? actions.promote()
        : asked === "pause"
          ? actions.pause(reason.trim())
          : actions.rollBack(reason.trim(), back?.to ?? "");
    await done;
    setReason("");
    close();
  };
  const words = asked && WORDS[asked](it, back);
  return (
    <>
      <Action needs={NEEDS} blocked={none} onClick={() => setAsked("promote")}>
        Promote{trial && ` ${it.candidate_version}`}
      </Action>
      {it.paused ? (
        <Action needs={NEEDS} loading={actions.busy} onClick={() => void actions.resume()}>
          Resume
        </Action>
      ) : (
        <Action needs={NEEDS} blocked={none} onClick={() => setAsked("pause")}>
          Pause
        </Action>
      )}
      <Action
        danger
        type="primary"
        needs={NEEDS}
        blocked={!back && "There is no earlier version to go back to."}
        onClick={() => setAsked("rollback")}
      >
        Roll back{back?.to && ` to ${back.to}`}
      </Action>
      <Modal
        open={!!words}
        title={words?.title}
        okText={words?.ok}
        okButtonProps={{ danger: asked === "rollback", autoFocus: true }}
        confirmLoading={actions.busy}
        onOk={() => void sure()}
        onCancel={close}
      >
        <p className="mb-3">{words?.text}</p>
        {asked !== "promote" && (
          <Reason keptWith="decision" value={reason} onChange={setReason} onEnter={() => void sure()} />
        )}
      </Modal>
    </>
  );
}

const WORDS = {
  rollback: (it: DeploymentAttributes, back: Back | null) => ({
    title: `Roll back from ${back?.from} to ${back?.to}?`,
    ok: `Roll back to ${back?.to}`,
    text: it.candidate_version
      ? `The trial of ${back?.from} ends; ${back?.to} serves all calls, effective in a moment.`
      : `${back?.to} becomes the stable version again in place of ${back?.from}, effective in a moment.`,
  }),
  promote: (it: DeploymentAttributes, _back: Back | null) => ({
    title: `Promote ${it.candidate_version}?`,
    ok: `Promote ${it.candidate_version}`,
    text: `${it.candidate_version} serves all calls in place of ${it.stable_version}, whatever the test says so far.`,
  }),
  pause: (it: DeploymentAttributes, _back: Back | null) => ({
    title: `Pause the trial of ${it.candidate_version}?`,
    ok: "Pause",
    text: `${it.stable_version} serves all calls; the trial keeps what it has learnt and can be resumed.`,
  }),
};
