import { App, Modal } from "antd";
import { useState } from "react";
import { useDocumentsWithdrawMutation } from "@/shared/api";
import { failureOf } from "@/shared/api/failure";
import { Reason } from "@/shared/ui/Reason";
import { Refusal } from "@/shared/ui/states";
import { Affected } from "./Affected";

interface Props {
  id: string;
  name: string;
  revision: number | undefined;
  samples: number;
  onClose: () => void;
}

/** Asks why, and takes the document out. */
export function Withdraw({ id, name, revision, samples, onClose }: Props) {
  const [reason, setReason] = useState("");
  const [withdraw, state] = useDocumentsWithdrawMutation();
  const { message } = App.useApp();
  const failure = state.error ? failureOf(state.error) : null;
  const send = async () => {
    const sent = await withdraw({ id, reason: reason.trim(), "if-match": revision ? `"${revision}"` : undefined });
    if (sent.error) return;
    void message.success(`${name} is withdrawn.`);
    onClose();
  };
  return (
    <Modal
      open
      title={`Withdraw ${name}?`}
      okText="Withdraw"
      okButtonProps={{ danger: true }}
      confirmLoading={state.isLoading}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <p>
        Nothing new is made from it, and this cannot be taken back.
        {samples > 0 && ` The ${samples} samples made before stay, and say that it was withdrawn.`}
      </p>
      <Affected id={id} />
      <div className="mt-3">
        <Reason label="Reason" lines={2} value={reason} onChange={setReason} />
      </div>
      <Refusal failure={failure} className="mt-2" />
    </Modal>
  );
}
