import { Modal } from "antd";
import { useState } from "react";
import { failureOf, type Failure } from "@/shared/api/failure";
import { Reason } from "@/shared/ui/Reason";
import { Refusal } from "@/shared/ui/states";

interface Props {
  title: string;
  text: string;
  ok: string;
  cancel: string;
  danger?: boolean;
  /** Does it; what it throws is said in the dialog. */
  sure: (reason: string) => Promise<void>;
  close: () => void;
}

/** A question before something is done, with a reason that is kept. */
export function AskWhy({ title, text, ok, cancel, danger = false, sure, close }: Props) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const doIt = async () => {
    setFailure(null);
    setBusy(true);
    try {
      await sure(reason.trim());
      close();
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={title}
      okText={ok}
      cancelText={cancel}
      okButtonProps={{ danger }}
      confirmLoading={busy}
      onOk={() => void doIt()}
      onCancel={close}
    >
      <p className="mb-3">{text}</p>
      <Reason keptWith="run" value={reason} onChange={setReason} onEnter={() => void doIt()} />
      <Refusal failure={failure} className="mt-2" />
    </Modal>
  );
}
