/**
 * A modal dialog of the browser, which keeps the focus inside and closes on Escape. The focus goes back to where
 * it was before.
 */
import { Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Open while it is mounted. */
export function Dialog({ title, onClose, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  // read before autoFocus of the content moves the focus; the browser reads it later
  const [opener] = useState(() => document.activeElement);
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, [opener]);
  return (
    <dialog
      ref={box}
      className="dialog"
      aria-label={title}
      onCancel={(event) => {
        // the parent unmounts it
        event.preventDefault();
        onClose();
      }}
    >
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </dialog>
  );
}
