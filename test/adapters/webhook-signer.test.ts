import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { webhookSigner } from '../../lambdas/adapters/webhook-signer.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', unixSeconds: 1_614_265_330, body: '{"test": 2432232314}' };

describe('C-30 S-09 signatures', () => {
  test('C-30 the vector that the library’s documentation publishes', () => {
    expect(webhookSigner.sign([secret], message).standard).toEqual(['v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=']);
  });

  test('S-09 the hex one is of "t.body", with the secret as it is written', () => {
    const expected = createHmac('sha256', secret).update('1614265330.{"test": 2432232314}').digest('hex');
    expect(webhookSigner.sign([secret], message).hex).toEqual([expected]);
  });

  test('M-60 the older one is of the body alone', () => {
    const expected = createHmac('sha256', secret).update(message.body).digest('hex');
    expect(webhookSigner.sign([secret], message).bodyHex).toEqual([expected]);
  });

  test('C-30 a receiver with either secret of a rotation verifies, with another one it does not', () => {
    const [fresh, old, other] = ['A', 'B', 'C'].map((letter) => `whsec_${letter.repeat(32)}`) as [
      string,
      string,
      string,
    ];
    const now = { ...message, unixSeconds: Math.floor(Date.now() / 1000), body: '{"a":"é"}' };
    const signed = webhookSigner.sign([fresh, old], now);
    expect([signed.standard.length, signed.hex.length]).toEqual([2, 2]);
    const headers = {
      'webhook-id': now.id,
      'webhook-timestamp': String(now.unixSeconds),
      'webhook-signature': signed.standard.join(' '),
    };
    for (const one of [fresh, old]) expect(new Webhook(one).verify(now.body, headers)).toEqual({ a: 'é' });
    expect(() => new Webhook(other).verify(now.body, headers)).toThrow();
    expect(() => new Webhook(fresh).verify(`${now.body} `, headers)).toThrow();
    expect(() => new Webhook(fresh).verify(now.body, { ...headers, 'webhook-id': 'msg_other' })).toThrow();
  });
});
