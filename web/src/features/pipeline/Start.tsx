import { Link } from "react-router";
import { Card } from "@/shared/ui/Page";

const STEPS = [
  {
    title: "Put documents in",
    text: "PDF, HTML, Markdown or text. Drag files or a whole folder; their text is read in a few seconds.",
    link: { to: "/documents", name: "Upload documents" },
  },
  {
    title: "Make samples and a dataset",
    text: "Choose documents and ask for samples. Each one names the passage it comes from; a rule keeps the good ones.",
    link: { to: "/samples", name: "Look at samples" },
  },
  {
    title: "Train, judge, deploy",
    text: "A run trains a model on the dataset. It is registered, tried beside the one before, and promoted.",
    link: { to: "/runs", name: "Start a run" },
  },
];

/** What to do in a studio that has nothing yet. */
export function Start() {
  return (
    <Card title="Nothing here yet. Three steps to a deployed model:">
      <ol className="grid gap-4 md:grid-cols-3">
        {STEPS.map((step, index) => (
          <li key={step.title} className="flex flex-col gap-1 rounded-lg border border-line p-4">
            <h3>
              {index + 1}. {step.title}
            </h3>
            <p className="text-soft">{step.text}</p>
            <Link to={step.link.to} className="mt-auto pt-2">
              {step.link.name}
            </Link>
          </li>
        ))}
      </ol>
      <p className="mt-4 text-soft">
        Or see all of it with example documents in a few minutes: run <code className="text-ink">studio demo</code> in a
        terminal and watch this page.
      </p>
    </Card>
  );
}
