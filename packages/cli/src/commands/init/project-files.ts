import { basename } from 'node:path';

/** Where the photographs of a new project lie. */
export const photographsFolder = 'photographs';

/** Trains on them, from the project's folder. */
export const finetuneCommand: string = `npx limber pipeline run finetune --set data=${photographsFolder}`;

/** The pipelines that a project starts with. The build copies those of the repository into `dist`. */
export const shippedPipelines = ['finetune', 'coco', 'label', 'distill', 'squat'] as const;

/**
 * The texts of a new project by their paths in it.
 *
 * @param options.folder - the project's; its last part becomes the package's name.
 * @param options.version - of `@limber/cli`, on which the project depends.
 */
export function projectFiles({
  folder,
  version,
}: {
  readonly folder: string;
  readonly version: string;
}): Readonly<Record<string, string>> {
  const manifest = {
    name: packageName(folder),
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts: {
      doctor: 'limber doctor',
      finetune: finetuneCommand.replace('npx ', ''),
      squat: 'limber pipeline run squat',
    },
    dependencies: { '@limber/cli': version },
  };
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    '.gitignore': 'node_modules/\n.limber/\nruns/\npredictions/\n',
    [`${photographsFolder}/README.md`]: photographsReadme,
  };
}

/** npm takes lower case, digits, dots and hyphens. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+/, '');
  return name === '' ? 'poses' : name;
}

const photographsReadme = `# Your photographs

Put here \`images/\`, the photographs, and \`annotations.json\`, COCO keypoints. This much of it is enough:

    {"images": [{"id": 1, "file_name": "a.jpg", "width": 640, "height": 480}],
     "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [50, 40, 200, 400],
                      "keypoints": [110, 60, 2, 130, 61, 2, 0, 0, 0]}],
     "categories": [{"id": 1, "name": "person", "keypoints": ["nose", "left_ear", "right_ear"]}]}

All numbers are pixels. A joint is \`x, y, v\`: v is 2 if it is seen, 1 if it is hidden, 0 (with 0, 0) if it has no label; a box is
\`x, y, width, height\`. Any joints will do; those with COCO's names (\`left_hip\`, \`right_wrist\`, …) begin with what MoveNet knows.

Then, in the project's folder, train, and draw what the model finds in any photograph (results are in \`predictions/\`):

    ${finetuneCommand}
    npx limber predict --weights runs/finetune/latest/train/model some-photograph.jpg
`;
