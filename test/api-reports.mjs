// Writes what each package exports to etc/<package>.api.md, or, with --check, fails where that has changed. With --model, what
// @microsoft/api-documenter makes the reference of goes to node_modules/.cache/api-model, too: `npm run docs`.
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const isCheck = process.argv.includes('--check');
const hasModel = process.argv.includes('--model');
mkdirSync(join(root, 'etc'), { recursive: true });

let problems = 0;
for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join(root, 'packages', name);
  const entry = join(folder, 'dist/index.d.ts');
  if (!existsSync(entry)) continue;
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      newlineKind: 'lf',
      projectFolder: folder,
      mainEntryPointFilePath: entry,
      compiler: { tsconfigFilePath: join(folder, 'tsconfig.json'), skipLibCheck: true },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(root, 'etc'),
        reportTempFolder: join(root, 'node_modules/.cache/api-reports'),
      },
      docModel: {
        enabled: hasModel,
        apiJsonFilePath: join(root, `node_modules/.cache/api-model/${name}.api.json`),
      },
      dtsRollup: { enabled: false },
      messages: {
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error },
          // what is public is what an index exports; there are no release tags
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          // a member may be clear from its name; the exports themselves are looked at below
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          // an options type that is only named in a signature need not be exported
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const result = Extractor.invoke(config, {
    localBuild: !isCheck,
    messageCallback: (message) => {
      const isWrong = [ExtractorLogLevel.Error, ExtractorLogLevel.Warning].includes(
        message.logLevel,
      );
      if (!isWrong) message.handled = true;
      // a compiler newer than the extractor's own is what these packages are built with
      if (message.messageId === 'console-compiler-version-notice') message.handled = true;
    },
  });
  if (!result.succeeded) problems += 1;
  const report = readFileSync(join(root, 'etc', `${name}.api.md`), 'utf8');
  for (const [, declaration] of report.matchAll(/^\/\/ @public \(undocumented\)\n(.*)$/gm)) {
    console.error(`${name}: an export without documentation: ${declaration}`);
    problems += 1;
  }
}
process.exitCode = problems === 0 ? 0 : 1;
