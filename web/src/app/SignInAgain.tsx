import { Modal } from "antd";
import { useSession } from "@/shared/ui/permissions";
import { SignIn } from "@/shared/ui/SignIn";

/** Over the page that the person was working on: it stays as it is and goes on after the sign-in. */
export default function SignInAgain() {
  const held = useSession();
  return (
    <Modal open title="Your login has ended" footer={null} closable={false} keyboard={false}>
      <p className="mb-3 text-soft">Sign in to go on. What you typed is still there.</p>
      <SignIn email={held?.email} />
    </Modal>
  );
}
