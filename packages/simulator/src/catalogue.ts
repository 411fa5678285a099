/** The made-up company whose workflows the simulator reports: services, workflows, steps and what goes wrong in them. */
import type { Random } from './random.ts';

export interface ErrorKind {
  readonly name: string;
  /** The message; parts of it vary from case to case, as ids and amounts do in real ones. */
  message(random: Random): string;
}

export interface WorkflowKind {
  readonly name: string;
  readonly weight: number;
  /** How people name its executions: the prefix of the execution id. */
  readonly idPrefix: string;
  readonly steps: readonly string[];
  readonly errors: readonly ErrorKind[];
  /** Median duration of a step in milliseconds; durations are long-tailed. */
  readonly stepMs: number;
  input(random: Random): unknown;
}

export interface ServiceKind {
  readonly serviceKey: string;
  readonly weight: number;
  readonly workflows: readonly WorkflowKind[];
}

export const ENVIRONMENTS: readonly string[] = ['production', 'staging', 'development'];

const CITIES = ['Lisboa', 'Zürich', 'Kraków', '東京', 'São Paulo', 'Reykjavík'] as const;
const cents = (random: Random): number => Math.round(random.logNormal(4200, 0.9)) / 100;

const declined: ErrorKind = {
  name: 'PaymentError',
  message: (random) => `card declined: ${random.pick(['insufficient_funds', 'do_not_honor', 'expired_card'])}`,
};
const unavailable: ErrorKind = {
  name: 'UpstreamError',
  message: (random) =>
    `POST https://api.${random.pick(['carrier', 'ledger', 'mailer'])}.example/v2/${random.hex(6)} answered ${random.pick([500, 502, 503])}`,
};
const fetchTimeout: ErrorKind = {
  name: 'TimeoutError',
  message: (random) => `fetch timed out after ${random.pick([5000, 10_000, 30_000])} ms`,
};
const outOfStock: ErrorKind = {
  name: 'OutOfStock',
  message: (random) => `SKU ${random.hex(5).toUpperCase()}: ${random.int(1, 9)} wanted, ${random.int(0, 1)} in stock`,
};
const notFound: ErrorKind = {
  name: 'NotFound',
  message: (random) => `no customer with id ${random.int(10_000, 99_999)}`,
};
const conflict: ErrorKind = {
  name: 'SqlError',
  message: (random) => `duplicate key value violates unique constraint "accounts_email_key" (request ${random.hex(8)})`,
};
const rateLimited: ErrorKind = {
  name: 'RateLimited',
  message: (random) => `rate limit reached, try again in ${random.int(1, 60)} s`,
};
/** What arrives when someone fails with an object that is no Error. */
const nameless: ErrorKind = { name: 'Error', message: (random) => random.pick(['', '[object Object]']) };

const orderInput = (random: Random): unknown => ({
  orderId: `ord_${random.hex(10)}`,
  customer: { id: random.int(1, 90_000), city: random.pick(CITIES), vip: random.chance(0.1) },
  items: Array.from({ length: random.int(1, 6) }, () => ({
    sku: random.hex(5).toUpperCase(),
    quantity: random.int(1, 4),
    price: cents(random),
  })),
  note: random.chance(0.8) ? null : 'ring twice 🔔',
});
const paymentInput = (random: Random): unknown => ({
  paymentId: `pay_${random.hex(12)}`,
  amount: cents(random),
  currency: random.pick(['EUR', 'USD', 'JPY']),
});
const userInput = (random: Random): unknown => ({
  userId: random.int(1, 90_000),
  plan: random.pick(['free', 'team', 'business']),
  city: random.pick(CITIES),
});

export const catalogue: readonly ServiceKind[] = [
  {
    serviceKey: 'order-service',
    weight: 40,
    workflows: [
      {
        name: 'processOrder',
        weight: 8,
        idPrefix: 'order',
        steps: ['Validate order', 'Reserve stock', 'Charge card', 'Create shipment', 'Send e-mail'],
        errors: [declined, outOfStock, unavailable],
        stepMs: 60,
        input: orderInput,
      },
      {
        name: 'returnGoods',
        weight: 1,
        idPrefix: 'return',
        steps: ['Check return window', 'Print label', 'Inspect parcel', 'Refund'],
        errors: [notFound, unavailable],
        stepMs: 90,
        input: orderInput,
      },
    ],
  },
  {
    serviceKey: 'payment-service',
    weight: 25,
    workflows: [
      {
        name: 'capturePayment',
        weight: 6,
        idPrefix: 'payment',
        steps: ['Authorize', 'Check fraud score', 'Capture', 'Post to ledger'],
        errors: [declined, fetchTimeout, rateLimited],
        stepMs: 120,
        input: paymentInput,
      },
      {
        name: 'settlePayouts',
        weight: 1,
        idPrefix: 'payout',
        steps: ['Collect balances', 'Build file', 'Send to bank', 'Wait for receipt', 'Book', 'Notify'],
        errors: [unavailable, nameless],
        stepMs: 400,
        input: paymentInput,
      },
    ],
  },
  {
    serviceKey: 'onboarding-service',
    weight: 15,
    workflows: [
      {
        name: 'onboardUser',
        weight: 5,
        idPrefix: 'user',
        steps: ['Create account', 'Send welcome e-mail', 'Wait for confirmation', 'Seed workspace', 'Invite team'],
        errors: [conflict, rateLimited],
        stepMs: 40,
        input: userInput,
      },
      {
        name: 'verifyIdentity',
        weight: 2,
        idPrefix: 'kyc',
        steps: ['Upload documents', 'Read documents', 'Match face', 'Decide'],
        errors: [fetchTimeout, nameless],
        stepMs: 700,
        input: userInput,
      },
    ],
  },
  {
    serviceKey: 'notification-service',
    weight: 12,
    workflows: [
      {
        name: 'sendCampaign',
        weight: 1,
        idPrefix: 'campaign',
        steps: ['Load audience', 'Render', 'Send', 'Record'],
        errors: [rateLimited, unavailable],
        stepMs: 30,
        input: userInput,
      },
    ],
  },
  {
    serviceKey: 'inventory-sync',
    weight: 8,
    workflows: [
      {
        name: 'syncWarehouse',
        weight: 1,
        idPrefix: 'warehouse',
        steps: ['Open feed', 'Diff stock', 'Apply changes'],
        errors: [unavailable, fetchTimeout],
        stepMs: 250,
        input: (random) => random.pick(CITIES),
      },
    ],
  },
];

export function serviceNamed(key: string): ServiceKind | undefined {
  return catalogue.find((service) => service.serviceKey === key);
}
