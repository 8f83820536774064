import { useEffect, type ReactNode } from "react";
import { CopyCommand } from "./CopyCommand";

interface Props {
  title: string;
  /** One line below the title. */
  lead?: ReactNode;
  /** The same view on the command line. */
  command?: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of every page: its heading, what can be done, the same view as a command. */
export function Page({ title, lead, command, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Synthetic Data Studio`;
  }, [title]);
  return (
    <div className="flex min-h-full flex-col gap-4 p-5">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-48 flex-1">
          <h1 className="break-words">{title}</h1>
          {lead && <p className="text-soft">{lead}</p>}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {actions}
          {command && <CopyCommand command={command} />}
        </div>
      </header>
      {children}
    </div>
  );
}

/** A box with an optional heading. */
export function Card({ title, extra, children, className = "" }: CardProps) {
  return (
    <section className={`min-w-0 rounded-lg border border-line bg-card p-4 ${className}`} aria-label={label(title)}>
      {(title || extra) && (
        <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
          {title && <h2>{title}</h2>}
          {extra}
        </div>
      )}
      {children}
    </section>
  );
}

interface CardProps {
  title?: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
  className?: string;
}

const label = (title: ReactNode): string | undefined => (typeof title === "string" ? title : undefined);
