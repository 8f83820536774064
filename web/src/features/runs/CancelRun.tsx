import { App, Input, Modal } from "antd";
import { useState } from "react";
import { useTrainingCancelMutation } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { isOpen, nameOf, type Run } from "./runs";

/** Stops a run after a question, with a reason that is kept. */
export function CancelRun({ run }: { run: Run }) {
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [failed, setFailed] = useState("");
  const [cancel, { isLoading }] = useTrainingCancelMutation();
  const stop = async () => {
    setFailed("");
    try {
      await cancel({ id: run.id, reason: reason.trim() || undefined }).unwrap();
      setOpen(false);
      void message.success(`${nameOf(run)} is cancelled; its checkpoints stay.`);
    } catch (error) {
      const failure = failureOf(error);
      setFailed(`${failure.message} ${failure.remedy ?? ""}`);
    }
  };
  return (
    <>
      <Action
        danger
        needs="runs:write"
        blocked={!isOpen(run.attributes) && `The run is ${run.attributes.status}.`}
        onClick={() => setOpen(true)}
      >
        Cancel run
      </Action>
      <Modal
        open={open}
        title={`Cancel ${nameOf(run)}?`}
        okText="Cancel run"
        cancelText="Let it go on"
        okButtonProps={{ danger: true }}
        confirmLoading={isLoading}
        onOk={() => void stop()}
        onCancel={() => setOpen(false)}
      >
        <p className="mb-3">Training stops at the next step. Its steps, evaluations and checkpoints stay.</p>
        <label htmlFor="reason" className="font-medium">
          Why
        </label>
        <Input
          id="reason"
          value={reason}
          maxLength={1000}
          placeholder="Kept with the run"
          onChange={(event) => setReason(event.target.value)}
        />
        {failed && (
          <p role="alert" className="mt-2 text-bad">
            {failed}
          </p>
        )}
      </Modal>
    </>
  );
}
