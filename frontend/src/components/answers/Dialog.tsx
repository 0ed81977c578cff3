/** A modal dialog of the browser, which keeps the focus inside and closes on Escape. */
import { Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Open while it is mounted. */
export function Dialog({ title, onClose, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
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
