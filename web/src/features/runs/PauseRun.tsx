import { App } from "antd";
import { useState } from "react";
import { useTrainingPauseMutation, useTrainingResumeMutation } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { AskWhy } from "./AskWhy";
import { whyEnded } from "./control";
import { nameOf, type Run } from "./runs";

const NEEDS = "runs:write";

/** Pauses a run after a question; lets a paused one go on at once. */
export function PauseRun({ run }: { run: Run }) {
  const { message } = App.useApp();
  const [asked, setAsked] = useState(false);
  const [pause] = useTrainingPauseMutation();
  const [resume, { isLoading }] = useTrainingResumeMutation();
  const goOn = async () => {
    try {
      await resume({ id: run.id, body: {} }).unwrap();
      void message.success(`${nameOf(run)} waits for a trainer.`);
    } catch (error) {
      const { message: said, remedy } = failureOf(error);
      void message.error(`${said} ${remedy ?? ""}`);
    }
  };
  if (run.attributes.status === "paused")
    return (
      <Action needs={NEEDS} loading={isLoading} onClick={() => void goOn()}>
        Resume
      </Action>
    );
  return (
    <>
      <Action needs={NEEDS} blocked={whyEnded(run.attributes)} onClick={() => setAsked(true)}>
        Pause
      </Action>
      {asked && (
        <AskWhy
          title={`Pause ${nameOf(run)}?`}
          text="The trainer ends the step that it is in, stores a checkpoint and lets go. Nobody takes the run until it is resumed."
          ok="Pause"
          cancel="Let it go on"
          sure={async (reason) => {
            await pause({ id: run.id, body: { reason } }).unwrap();
            void message.success(`${nameOf(run)} is paused.`);
          }}
          close={() => setAsked(false)}
        />
      )}
    </>
  );
}
