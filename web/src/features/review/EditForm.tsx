import { Button, Input } from "antd";
import { useState, type KeyboardEvent } from "react";
import type { NewReview } from "@/shared/api";
import { failureOf, type Failure } from "@/shared/api/failure";
import { Action } from "@/shared/ui/Action";
import { Field } from "@/shared/ui/Field";
import { Refusal } from "@/shared/ui/states";

interface Props {
  question: string;
  answer: string;
  onSave: (texts: Pick<NewReview, "question" | "answer" | "reason" | "ungrounded">) => Promise<void>;
  onLeave: () => void;
}

/** Other words for a sample. What the source does not say is refused, unless the reviewer knows better. */
export function EditForm({ onSave, onLeave, ...old }: Props) {
  const [question, setQuestion] = useState(old.question);
  const [answer, setAnswer] = useState(old.answer);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const same = question.trim() === old.question && answer.trim() === old.answer;
  const missing = !question.trim() || !answer.trim();
  const save = async (ungrounded: boolean) => {
    if (same || missing || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      await onSave({ question: question.trim(), answer: answer.trim(), ungrounded });
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") onLeave();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save(false);
  };
  const refused = failure?.field === "answer";
  return (
    <div className="flex flex-col gap-3" onKeyDown={press}>
      <Field name="question" label="Question">
        <Input.TextArea
          id="question"
          autoFocus
          rows={3}
          maxLength={2000}
          value={question}
          onChange={(event) => setQuestion(event.target.value)}
        />
      </Field>
      <Field name="answer" label="Answer">
        <Input.TextArea
          id="answer"
          rows={3}
          maxLength={4000}
          aria-invalid={refused}
          value={answer}
          onChange={(event) => setAnswer(event.target.value)}
        />
      </Field>
      <Refusal failure={failure} />
      <div className="flex flex-wrap gap-2">
        <Action
          type="primary"
          loading={busy}
          blocked={missing ? "Both texts are needed." : same && "Change a text first."}
          onClick={() => void save(false)}
        >
          Save <kbd className="ml-1">Ctrl Enter</kbd>
        </Action>
        {refused && <Button onClick={() => void save(true)}>Save although the source does not say so</Button>}
        <Button onClick={onLeave}>
          Leave <kbd className="ml-1">Esc</kbd>
        </Button>
      </div>
    </div>
  );
}
