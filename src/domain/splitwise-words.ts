/**
 * Words of Splitwise's exports in the languages it speaks. They only help where the shape of a row leaves a doubt; a
 * language that is missing here is still read. Compared after `toWord`.
 */
import { CATEGORIES } from './entry.ts';

/** A word as these lists have it: lower case, without accents or surrounding space. */
export const toWord = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/gu, ' ').trim();

const words = (list: string): ReadonlySet<string> => new Set(list.split('|').map(toWord));

/** The first five columns of the header. */
export const HEADER_WORDS = [
  words('Date|Datum|Fecha|Data|Dato|Dátum|Päivämäärä|Дата|Tarih|日付|日期|날짜|Tanggal|Tarikh|วันที่|Ngày|Ημερομηνία|תאריך|التاريخ'),
  words('Description|Beschreibung|Descripción|Descrizione|Descrição|Omschrijving|Beschrijving|Beskrivning|Beskrivelse|Opis|Popis|Leírás|Kuvaus|Описание|Опис|Açıklama|説明|内容|描述|说明|說明|설명|Deskripsi|Keterangan|รายละเอียด|Mô tả|Περιγραφή|תיאור|الوصف'),
  words('Category|Kategorie|Categoría|Catégorie|Categoria|Categorie|Kategori|Kategoria|Kategória|Kategória|Luokka|Категория|Категорія|カテゴリ|カテゴリー|类别|分类|類別|分類|카테고리|หมวดหมู่|Danh mục|Κατηγορία|קטגוריה|الفئة'),
  words('Cost|Kosten|Coste|Costo|Coût|Custo|Kostnad|Omkostninger|Pris|Koszt|Cena|Náklady|Költség|Hinta|Стоимость|Сумма|Вартість|Maliyet|Tutar|費用|金額|费用|金额|花费|비용|Biaya|Kos|ค่าใช้จ่าย|Chi phí|Κόστος|עלות|التكلفة'),
  words('Currency|Währung|Moneda|Devise|Valuta|Moeda|Munteenheid|Waluta|Měna|Pénznem|Valuutta|Валюта|Para birimi|通貨|货币|貨幣|币种|幣別|통화|Mata uang|Mata wang|สกุลเงิน|Tiền tệ|Νόμισμα|מטבע|العملة'),
] as const;

/** The description of a footer row. */
export const FOOTER_WORDS = words(
  'Total balance|Gesamtbilanz|Gesamtsaldo|Saldo total|Balance total|Solde total|Saldo totale|Bilancio totale|Totaalsaldo|Totaal saldo|Totale balans|' +
    'Total saldo|Totalt saldo|Samlet saldo|Saldo całkowite|Całkowite saldo|Bilans całkowity|Celkový zůstatek|Teljes egyenleg|Kokonaissaldo|' +
    'Общий баланс|Загальний баланс|Toplam bakiye|残高合計|合計残高|总余额|总结余|總餘額|總結餘|총 잔액|총 잔고|Total saldo|Saldo keseluruhan|ยอดรวม|Tổng số dư|Συνολικό υπόλοιπο|יתרה כוללת|الرصيد الإجمالي',
);

/** The category of a payment between two people. */
export const PAYMENT_WORDS = words(
  'Payment|Zahlung|Pago|Paiement|Pagamento|Betaling|Betalning|Płatność|Platba|Fizetés|Maksu|Платёж|Платеж|Платіж|Ödeme|支払い|支払|お支払い|付款|支付|还款|還款|결제|지불|' +
    'Pembayaran|Bayaran|การชำระเงิน|Thanh toán|Πληρωμή|תשלום|دفعة',
);

/** What stands between the two names in the description of a payment: "Ann paid Ben", "Ann hat Ben bezahlt". */
export const PAID_WORDS = words(
  'paid|zahlte|hat bezahlt|hat gezahlt|bezahlte|pagó|pagó a|ha pagado a|a payé|a payé à|ha pagato|ha pagato a|pagou|pagou a|pagou para|betaalde|heeft betaald|betalade|har betalat|' +
    'betalte|har betalt|zapłacił|zapłaciła|zapłacił(a)|zaplatil|zaplatila|fizetett|maksoi|заплатил|заплатила|заплатил(а)|заплатив|заплатила|ödedi|がに支払いました|がに支払い|がに支払った|支付给|付给|付款给|支付給|付給|付款給|向付款|向支付|' +
    '님이님에게 지불|이에게 지불|membayar|trả',
);

const CATEGORY_WORDS: Readonly<Record<(typeof CATEGORIES)[number], string>> = {
  groceries: 'Groceries|Food|Lebensmittel|Alimentos|Supermercado|Courses|Alimentari|Mercado|Boodschappen|Matvaror|食料品|食品杂货|杂货|食品雜貨|식료품|Продукты',
  dining: 'Dining out|Food and drink - Other|Food and drink|Liquor|Restaurant|Restaurants|Restaurantes|Ristoranti|Essen gehen|Auswärts essen|Alkohol|Bebidas alcohólicas|外食|外出就餐|餐饮|聚餐|외식|Рестораны',
  household: 'Household supplies|Home - Other|Home|Electronics|Furniture|Maintenance|Services|Cleaning|Haushaltswaren|Möbel|Elektronik|Reinigung|Hogar|Muebles|Meubles|日用品|家庭用品|家具|电子产品',
  rent: 'Rent|Mortgage|Miete|Hypothek|Alquiler|Hipoteca|Loyer|Affitto|Aluguel|Huur|Hyra|Czynsz|家賃|房租|租金|월세|Аренда',
  utilities: 'Utilities|Utilities - Other|Electricity|Heat/gas|Trash|TV/Phone/Internet|Water|Strom|Heizung/Gas|Wasser|Müll|Electricidad|Agua|Électricité|Eau|水电费|水電費|电费|光熱費|电视/电话/网络',
  transport: 'Transportation|Transportation - Other|Bicycle|Bus/train|Car|Gas/fuel|Parking|Taxi|Verkehr|Auto|Bus/Bahn|Fahrrad|Benzin/Sprit|Parken|Transporte|Transporte - Otro|Gasolina|Coche|Transport|交通|出租车|停车|汽车|汽油/燃料|교통|Транспорт',
  travel: 'Plane|Travel|Flugzeug|Avión|Avion|Aereo|Avião|Vliegtuig|飞机|飛機|飛行機|비행기|Самолет',
  lodging: 'Hotel|Lodging|Hôtel|酒店|旅馆|飯店|ホテル|호텔|Отель',
  entertainment: 'Entertainment|Entertainment - Other|Games|Movies|Music|Sports|Unterhaltung|Spiele|Filme|Kino|Musik|Sport|Entretenimiento|Ocio|Películas|Cine|Divertissement|娱乐|娛樂|电影|游戏|音乐|运动|오락',
  health: 'Medical expenses|Medizinische Ausgaben|Arztkosten|Gastos médicos|Frais médicaux|Spese mediche|医疗费用|医疗|醫療|医療費|의료비',
  clothing: 'Clothing|Kleidung|Ropa|Vêtements|Abbigliamento|Roupas|Kleding|Kläder|服装|衣物|服裝|衣服|의류|Одежда',
  gifts: 'Gifts|Geschenke|Regalos|Cadeaux|Regali|Presentes|Presenter|礼物|禮物|プレゼント|선물|Подарки',
  education: 'Education|Bildung|Educación|Éducation|Istruzione|Educação|Onderwijs|Utbildning|教育|교육|Образование',
  children: 'Childcare|Kinderbetreuung|Cuidado de niños|Garde d’enfants|保育|托儿|育儿|托兒|육아',
  pets: 'Pets|Haustiere|Mascotas|Animaux|Animali|Huisdieren|Husdjur|宠物|寵物|ペット|반려동물',
  insurance: 'Insurance|Versicherung|Seguro|Seguros|Assurance|Assicurazione|Verzekering|Försäkring|保险|保險|保険|보험|Страховка',
  taxes: 'Taxes|Steuern|Impuestos|Impôts|Tasse|Impostos|Belastingen|Skatter|税|税费|稅|税金|세금|Налоги',
  salary: '',
  interest: '',
  general: 'General|Uncategorized|Other|Life|Life - Other|Allgemein|Sonstiges|Général|Generale|Geral|Algemeen|Allmänt|Ogólne|一般|常规|通用|其他|일반|Общее|Genel',
};

const CATEGORY_OF_WORD: ReadonlyMap<string, (typeof CATEGORIES)[number]> = new Map(
  CATEGORIES.flatMap((category) => CATEGORY_WORDS[category].split('|').filter(Boolean).map((word) => [toWord(word), category] as const)),
);

/** Our category for one of Splitwise's, or the text as it is: a category of their own. Blank becomes `general`. */
export const toCategory = (text: string): string =>
  text.trim() === '' ? 'general' : (CATEGORY_OF_WORD.get(toWord(text)) ?? text.trim().slice(0, 200));
