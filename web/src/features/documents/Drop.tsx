import { Button, Input } from "antd";
import { useRef, useState, type ChangeEvent, type DragEvent } from "react";
import { useDocumentsFormatsQuery } from "@/shared/api";
import { Action } from "@/shared/ui/Action";
import { useMay } from "@/shared/ui/permissions";
import { chosen, dropped, isHidden, type Found } from "./files";
import { uploads } from "./uploads";

/** Takes files and folders, by drag or by button. */
export function Drop() {
  const [over, setOver] = useState(false);
  const [collection, setCollection] = useState("");
  const [licence, setLicence] = useState("");
  const formats = useDocumentsFormatsQuery().data?.data ?? [];
  const [said, setSaid] = useState("");
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const may = useMay("documents:write");
  const take = (found: Found[]) => {
    const wanted = found.filter(({ path }) => !isHidden(path));
    const hidden = found.length - wanted.length;
    setSaid(
      !found.length
        ? "There was no file in it."
        : hidden
          ? `${hidden} hidden ${hidden === 1 ? "file was" : "files were"} left out.`
          : "",
    );
    uploads.add(wanted, collection.trim(), licence.trim());
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (may) setSaid(may);
    else dropped(event.dataTransfer).then(take, () => setSaid("The browser could not read what was dropped."));
  };
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    take(chosen(event.target.files ?? []));
    event.target.value = "";
  };
  return (
    <div
      data-testid="drop"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={drop}
      className={`flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-dashed p-4 ${
        over ? "border-accent bg-raised" : "border-line bg-card"
      }`}
    >
      <div className="min-w-52 flex-1">
        <p className="font-medium">{over ? "Let go to upload" : "Drop files or a folder here"}</p>
        <p className="text-xs text-soft">{formats.length ? formats.map((one) => one.attributes.title).join(", ") : "Documents"}. Uploads go on while you look at other pages.</p>
        {said && (
          <p role="status" className="text-xs text-warn">
            {said}
          </p>
        )}
      </div>
      <Input
        aria-label="Collection of the next uploads"
        placeholder="Collection (optional)"
        maxLength={200}
        value={collection}
        onChange={(event) => setCollection(event.target.value)}
        className="w-48!"
      />
      <Input
        aria-label="Licence of the next uploads"
        placeholder="Licence, e.g. CC-BY-4.0"
        maxLength={200}
        value={licence}
        onChange={(event) => setLicence(event.target.value)}
        className="w-48!"
      />
      <Action needs="documents:write" type="primary" onClick={() => files.current?.click()}>
        Upload files
      </Action>
      {!may && <Button onClick={() => folder.current?.click()}>Upload a folder</Button>}
      <input ref={files} type="file" multiple hidden aria-label="Files to upload" onChange={pick} />
      <input
        ref={(element) => {
          folder.current = element;
          element?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        multiple
        hidden
        aria-label="Folder to upload"
        onChange={pick}
      />
    </div>
  );
}
