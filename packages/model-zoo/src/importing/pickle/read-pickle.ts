import { LimberError } from '@limber/files';
import { ByteReader } from './byte-reader.ts';
import { opcodeNames } from './opcodes.ts';
import { PickleStack } from './pickle-stack.ts';
import type { PickleObject, PickleValue } from './pickle-value.ts';
import { kindOf } from './pickle-value.ts';

/** What a pickle may name, and what becomes of it. */
export interface PickleHooks {
  /** @returns undefined to refuse the class or function. */
  readonly findGlobal: (name: string) => PickleObject | undefined;
  /** The value of a call of such a global, without calling anything. @returns undefined to refuse it. */
  readonly reduce: (callee: PickleObject, args: readonly PickleValue[]) => PickleValue | undefined;
  /** The value of a persistent id. @returns undefined to refuse it. */
  readonly findPersistent: (id: PickleValue) => PickleValue | undefined;
}

const newestProtocol = 5;

/** What to do about every pickle that is refused. */
const fix =
  "Nothing in it was executed. Save the weights alone: torch.save(model.state_dict(), 'weights.pth').";

/**
 * Reads a pickle as data: a stack machine for the opcodes that dicts, lists, tuples, strings and numbers need.
 *
 * Nothing is imported, called or looked up. Classes and functions are names that the hooks accept or refuse, and every
 * opcode that is not needed is refused by its name. The work is linear in the number of bytes, since no opcode copies
 * more values than were pushed before, and nothing is walked recursively.
 *
 * @param where - the file, for messages.
 * @throws {LimberError} `corrupt-data` naming the byte, if the pickle is cut, contradicts itself or asks for more.
 */
export function readPickle(bytes: Uint8Array, where: string, hooks: PickleHooks): PickleValue {
  return new PickleMachine(bytes, where, hooks).run();
}

class PickleMachine {
  readonly #reader: ByteReader;
  readonly #where: string;
  readonly #hooks: PickleHooks;
  readonly #stack: PickleStack;

  constructor(bytes: Uint8Array, where: string, hooks: PickleHooks) {
    this.#reader = new ByteReader(bytes, (what) => this.#fail(what));
    this.#stack = new PickleStack((what) => this.#fail(what));
    this.#where = where;
    this.#hooks = hooks;
  }

  run(): PickleValue {
    for (;;) {
      const opcode = String.fromCharCode(this.#reader.uint8());
      if (opcode === '.') return this.#end();
      if (this.#number(opcode) || this.#text(opcode)) continue;
      if (this.#container(opcode) || this.#memory(opcode) || this.#object(opcode)) continue;
      const name = opcodeNames[opcode];
      this.#refuse(
        name === undefined
          ? `no opcode (byte 0x${opcode.charCodeAt(0).toString(16)})`
          : `the opcode ${name}`,
      );
    }
  }

  #end(): PickleValue {
    const value = this.#stack.pop();
    if (!this.#stack.isEmpty) this.#fail('values are left over at its end');
    return value;
  }

  #number(opcode: string): boolean {
    const reader = this.#reader;
    switch (opcode) {
      case '\x80': {
        const protocol = reader.uint8();
        if (protocol > newestProtocol) this.#fail(`protocol ${protocol} is unknown`);
        return true;
      }
      case '\x95':
        reader.take(8);
        return true;
      case 'N':
        return this.#push(null);
      case '\x88':
        return this.#push(true);
      case '\x89':
        return this.#push(false);
      case 'J':
        return this.#push(reader.int32());
      case 'K':
        return this.#push(reader.uint8());
      case 'M':
        return this.#push(reader.uint16());
      case '\x8a':
        return this.#push(reader.integer(reader.uint8()));
      case 'G':
        return this.#push(reader.float64());
      default:
        return false;
    }
  }

  #text(opcode: string): boolean {
    const reader = this.#reader;
    switch (opcode) {
      case 'X':
      case 'T':
        return this.#push(reader.text(reader.uint32()));
      case '\x8c':
      case 'U':
        return this.#push(reader.text(reader.uint8()));
      case '\x8d':
        return this.#push(reader.text(reader.uint64()));
      case 'B':
        return this.#push(reader.take(reader.uint32()));
      case 'C':
        return this.#push(reader.take(reader.uint8()));
      default:
        return false;
    }
  }

  #container(opcode: string): boolean {
    switch (opcode) {
      case '(':
        this.#stack.mark();
        return true;
      case '0':
        this.#stack.pop();
        return true;
      case '1':
        this.#stack.popMark();
        return true;
      case ']':
        return this.#push({ type: 'list', items: [] });
      case ')':
        return this.#push({ type: 'tuple', items: [] });
      case '}':
        return this.#push({ type: 'dict', entries: new Map() });
      case 'l':
        return this.#push({ type: 'list', items: this.#stack.popMark() });
      case 't':
        return this.#push({ type: 'tuple', items: this.#stack.popMark() });
      case '\x85':
      case '\x86':
      case '\x87':
        return this.#push({
          type: 'tuple',
          items: this.#stack.popMany(opcode.charCodeAt(0) - 0x84),
        });
      case 'd': {
        const items = this.#stack.popMark();
        this.#push({ type: 'dict', entries: new Map() });
        return this.#setItems(items);
      }
      case 's':
        return this.#setItems(this.#stack.popMany(2));
      case 'u':
        return this.#setItems(this.#stack.popMark());
      case 'a':
        return this.#append([this.#stack.pop()]);
      case 'e':
        return this.#append(this.#stack.popMark());
      default:
        return false;
    }
  }

  #memory(opcode: string): boolean {
    const reader = this.#reader;
    switch (opcode) {
      case 'q':
        return this.#remember(reader.uint8());
      case 'r':
        return this.#remember(reader.uint32());
      case '\x94':
        return this.#remember(this.#stack.memoSize);
      case 'h':
        return this.#push(this.#stack.recall(reader.uint8()));
      case 'j':
        return this.#push(this.#stack.recall(reader.uint32()));
      default:
        return false;
    }
  }

  #object(opcode: string): boolean {
    switch (opcode) {
      case 'c': {
        const module = this.#reader.line();
        return this.#push(this.#global(module, this.#reader.line()));
      }
      case '\x93': {
        const [module, name] = this.#stack.popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') {
          return this.#fail(`a global is named by ${kindOf(module)} and ${kindOf(name)}`);
        }
        return this.#push(this.#global(module, name));
      }
      case 'R':
      case '\x81': {
        const [callee, args] = this.#stack.popMany(2);
        return this.#push(this.#reduce(callee, args));
      }
      case 'b':
        return this.#build();
      case 'Q': {
        const id = this.#stack.pop();
        const value = this.#hooks.findPersistent(id);
        return this.#push(value ?? this.#fail('a persistent id that names no tensor storage'));
      }
      default:
        return false;
    }
  }

  #global(module: string, name: string): PickleObject {
    const full = `${module}.${name}`;
    return this.#hooks.findGlobal(full) ?? this.#refuse(full);
  }

  #reduce(callee: PickleValue | undefined, args: PickleValue | undefined): PickleValue {
    if (!isOfType(callee, 'object') || !isOfType(args, 'tuple')) {
      return this.#fail(`a call of ${kindOf(callee)} with ${kindOf(args)}`);
    }
    const value = this.#hooks.reduce(callee, args.items);
    return value ?? this.#fail(`a call of ${callee.name} with arguments that it does not take`);
  }

  /** Attributes, such as the `_metadata` of a state dict, are dropped. */
  #build(): boolean {
    this.#stack.pop();
    const target = this.#stack.top();
    if (isOfType(target, 'dict') || isOfType(target, 'object')) return true;
    return this.#fail(`attributes for ${kindOf(target)}`);
  }

  #setItems(items: readonly PickleValue[]): boolean {
    const target = this.#stack.top();
    if (isOfType(target, 'object')) return true;
    if (!isOfType(target, 'dict') || items.length % 2 !== 0) {
      return this.#fail(`${items.length} keys and values for ${kindOf(target)}`);
    }
    for (let at = 0; at < items.length; at += 2) target.entries.set(items[at]!, items[at + 1]!);
    return true;
  }

  #append(items: readonly PickleValue[]): boolean {
    const target = this.#stack.top();
    if (!isOfType(target, 'list')) return this.#fail(`items for ${kindOf(target)}`);
    for (const item of items) target.items.push(item);
    return true;
  }

  #push(value: PickleValue): boolean {
    this.#stack.push(value);
    return true;
  }

  #remember(index: number): boolean {
    this.#stack.remember(index);
    return true;
  }

  #refuse(got: string): never {
    throw new LimberError('corrupt-data', {
      where: this.#where,
      what: `byte ${this.#reader.position} asks for more than a checkpoint needs`,
      expected: 'tensors, dicts, lists, tuples, strings, numbers',
      got,
      fix,
    });
  }

  #fail(what: string): never {
    const at = `byte ${this.#reader.position}`;
    throw new LimberError('corrupt-data', {
      where: this.#where,
      what: `not a readable pickle (${at}): ${what}`,
      fix,
    });
  }
}

function isOfType<T extends 'list' | 'tuple' | 'dict' | 'object'>(
  value: PickleValue | undefined,
  type: T,
): value is Extract<PickleValue, { readonly type: T }> {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === type;
}
