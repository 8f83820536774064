import { App } from "antd";
import { useState } from "react";
import { useTrainingCancelMutation } from "@/shared/api";
import { Action } from "@/shared/ui/Action";
import { AskWhy } from "./AskWhy";
import { whyEnded } from "./control";
import { nameOf, type Run } from "./runs";

/** Stops a run after a question, with a reason that is kept. */
export function CancelRun({ run }: { run: Run }) {
  const { message } = App.useApp();
  const [asked, setAsked] = useState(false);
  const [cancel] = useTrainingCancelMutation();
  return (
    <>
      <Action danger needs="runs:write" blocked={whyEnded(run.attributes)} onClick={() => setAsked(true)}>
        Cancel run
      </Action>
      {asked && (
        <AskWhy
          title={`Cancel ${nameOf(run)}?`}
          text="Training stops at the next step. Its steps, evaluations and checkpoints stay."
          ok="Cancel run"
          cancel="Let it go on"
          danger
          sure={async (reason) => {
            await cancel({ id: run.id, reason: reason || undefined }).unwrap();
            void message.success(`${nameOf(run)} is cancelled; its checkpoints stay.`);
          }}
          close={() => setAsked(false)}
        />
      )}
    </>
  );
}
