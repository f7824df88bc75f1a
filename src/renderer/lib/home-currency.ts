/** Currencies of regions where many people live; anywhere else the person picks. */
const BY_REGION: Readonly<Record<string, string>> = {
  CN: 'CNY', HK: 'HKD', TW: 'TWD', MO: 'MOP', SG: 'SGD', JP: 'JPY', KR: 'KRW', IN: 'INR', ID: 'IDR', MY: 'MYR', TH: 'THB', VN: 'VND', PH: 'PHP',
  US: 'USD', CA: 'CAD', MX: 'MXN', BR: 'BRL', AR: 'ARS', CL: 'CLP', CO: 'COP', GB: 'GBP', CH: 'CHF', SE: 'SEK', NO: 'NOK', DK: 'DKK', PL: 'PLN',
  CZ: 'CZK', HU: 'HUF', RO: 'RON', TR: 'TRY', UA: 'UAH', IL: 'ILS', AE: 'AED', SA: 'SAR', EG: 'EGP', NG: 'NGN', KE: 'KES', ZA: 'ZAR', AU: 'AUD', NZ: 'NZD',
  AT: 'EUR', BE: 'EUR', BG: 'EUR', HR: 'EUR', CY: 'EUR', EE: 'EUR', FI: 'EUR', FR: 'EUR', DE: 'EUR', GR: 'EUR', IE: 'EUR', IT: 'EUR', LV: 'EUR', LT: 'EUR',
  LU: 'EUR', MT: 'EUR', NL: 'EUR', PT: 'EUR', SK: 'EUR', SI: 'EUR', ES: 'EUR',
};

/** The currency to propose to somebody whose machine speaks `language` (a BCP 47 tag). */
export function homeCurrency(language: string): string {
  const region = new Intl.Locale(language).maximize().region;
  return (region && BY_REGION[region]) || 'EUR';
}
