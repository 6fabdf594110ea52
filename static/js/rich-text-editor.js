// The text editor keeps what the site's allow-list keeps (mscoe_portal/rich_text.py) and offers abbreviations.
// djangocms-text's contract: a plain script that registers factories, without imports of its own.
{
  const editors = window.CMS_Editor.tiptap;

  const kept = (types, name) => ({
    types,
    attributes: {
      [name]: {
        default: null,
        parseHTML: (element) => element.getAttribute(name),
        renderHTML: (attributes) => (attributes[name] ? { [name]: attributes[name] } : {}),
      },
    },
  });
  editors.register("keptAttributes", ({ Extension }) =>
    Extension.create({
      name: "keptAttributes",
      addGlobalAttributes: () => [
        kept(["heading"], "id"),
        kept(["tableHeader"], "scope"),
        kept(["paragraph", "heading", "listItem", "blockquote"], "lang"),
      ],
    }),
  );

  editors.register("abbreviation", ({ Mark }) =>
    Mark.create({
      name: "abbreviation",
      addAttributes: () => ({ title: { default: null } }),
      parseHTML: () => [{ tag: "abbr" }],
      renderHTML: ({ HTMLAttributes }) => ["abbr", HTMLAttributes, 0],
    }),
  );
  // Its title and form come from the server, in the editor's language.
  editors.registerToolbarItem("Abbreviation", {
    type: "mark",
    action: (editor) => {
      if (editor.isActive("abbreviation")) editor.commands.extendMarkRange("abbreviation");
      setTimeout(() => editor.commands.openCmsForm("Abbreviation"));
    },
    formAction: (editor, data) => {
      const title = data?.get("title").trim();
      const chain = editor.chain().focus();
      (title ? chain.setMark("abbreviation", { title }) : chain.unsetMark("abbreviation")).run();
    },
    attributes: (editor) => editor.getAttributes("abbreviation"),
    enabled: (editor) => !editor.state.selection.empty || editor.isActive("abbreviation"),
    active: (editor) => editor.isActive("abbreviation"),
  });
}
