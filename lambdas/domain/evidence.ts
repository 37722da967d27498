/**
 * What vision measured. Numbers only: nothing here decides (see `verdict.ts`).
 * A measurement that could not be made is `unavailable` with the reason; it is never a zero and never a pass.
 */
export type Measure = { readonly value: number } | { readonly unavailable: string };

export const measured = (value: number): Measure => ({ value });
export const unavailable = (reason: string): Measure => ({ unavailable: reason });

/** Why an upload is no image that can be looked at. Only documents may be PDFs. */
export type ImageFault =
  | 'image_empty'
  | 'image_unsupported_format'
  | 'image_truncated'
  | 'image_too_many_pixels'
  | 'image_too_small'
  | 'image_undecodable'
  | 'pdf_encrypted'
  | 'pdf_no_pages'
  | 'pdf_too_complex';

/** Why an upload is no video of a person that can be looked at. */
export type VideoFault =
  | 'video_empty'
  | 'video_unsupported'
  | 'video_truncated'
  /** Sound alone. */
  | 'video_no_picture'
  | 'video_too_short'
  | 'video_too_long'
  | 'video_too_many_pixels'
  | 'video_timeout'
  /** Nothing is wrong with it: this installation has nothing to decode videos with. */
  | 'video_unavailable';

/** What a face is recognised by. Templates of different model sets are never compared. */
export type Template = VectorTemplate | CropTemplate | IndexedTemplate;

interface FromModelSet {
  /** Id of the model set that made it, for example `dlib-mesh68+mobilefacenet/2`. */
  readonly modelSet: string;
}

/** A face embedding of our own engine. */
export interface VectorTemplate extends FromModelSet {
  readonly vector: Float32Array;
}

/** The face itself, for an engine that gives no embeddings away (Rekognition): lives in memory, and is never kept. */
export interface CropTemplate extends FromModelSet {
  readonly crop: Uint8Array;
}

/** A face that such an engine keeps in a collection of its own. */
export interface IndexedTemplate extends FromModelSet {
  readonly collection: string;
  readonly faceId: string;
}

/** Axis-aligned box in pixels of the upright image. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Head angles in degrees; positive yaw: the person's face turns to the image's right; positive pitch: up. */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

export type FaceQualityReason =
  | 'face_too_small'
  | 'face_cut_off'
  | 'face_blurred'
  | 'face_too_dark'
  | 'face_too_bright'
  | 'face_turned_away'
  | 'face_occluded';

/** What a face does, as ratios to compare with the same person's neutral frame. */
export interface Expression {
  /** Lid distance ÷ eye width, mean of both eyes; about 0.28 open. */
  readonly eyes: number;
  /** Inner lips' distance ÷ inner mouth width; 0 closed. */
  readonly mouth: number;
  /** Mouth width ÷ distance of the outer eye corners. */
  readonly smile: number;
}

/** The most prominent face of one image. */
export interface Face {
  readonly box: Box;
  /** Detector's confidence, 0..1. */
  readonly detection: number;
  readonly pose: Pose;
  /** 0..1; how fit the crop is for matching. `reasons` say what to do better. */
  readonly quality: number;
  readonly reasons: readonly FaceQualityReason[];
  readonly template: Template;
  /** The same face as older model sets would have made it, newest first: for comparison with what was enrolled then. */
  readonly olderTemplates: readonly Template[];
  readonly expression: Expression;
  /** x, y and depth of each point of the face mesh, pixels of the upright image; empty where the engine has no mesh. */
  readonly landmarks: Float32Array;
  /** Perceptual hash of the face and its light, hex; equal length for every face. `domain/fingerprint.ts` compares. */
  readonly fingerprint: string;
  /** For comparison with the session's next frame; absent where the engine gives none. */
  readonly view?: FaceView;
  /** Passive presentation-attack score: 1 live, 0 attack. */
  readonly liveness: Measure;
}

/** A face and a little around it, grey and small, as the picture shows it: neither turned nor laid upright. */
export interface FaceView {
  /** Where the view begins in the upright image, pixels. */
  readonly left: number;
  readonly top: number;
  /** Pixels of the view per pixel of the image. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array;
}

/** Two frames of one session, measured against each other. */
export interface FrameRelation {
  /** Calibrated similarity of the two faces, 0..1. */
  readonly samePerson: Measure;
  /**
   * Motion that one plane cannot explain; 0 for a photo, however it is moved. The lesser of two measures of the same thing: the
   * sine of the head's turn as its points' depth shows it, and the difference of the pictures once the best plane's motion has
   * laid one on the other (root mean square, in units of their contrast).
   */
  readonly parallax: Measure;
  /** Share of the fingerprints' bits that differ, 0..1. */
  readonly difference: number;
}

/** One image looked at for faces. `faces` counts all that were found; `face` is the most prominent. */
export interface FaceReading {
  readonly faces: number;
  readonly face?: Face;
  readonly stages: Stages;
}

/** Milliseconds spent by stage name; names that begin with `model:` are raw model runs. */
export type Stages = Readonly<Record<string, number>>;

export type DocumentQualityReason = 'resolution' | 'blur' | 'glare' | 'dark' | 'cropped' | 'orientation';

export type MrzFormat = 'TD1' | 'TD2' | 'TD3' | 'MRV-A' | 'MRV-B' | 'FRA-ID';

/** A machine-readable zone, ICAO Doc 9303. `raw` is what was read before any repair. */
export interface MrzReading {
  readonly format: MrzFormat;
  readonly lines: readonly string[];
  readonly raw: readonly string[];
  /** True if any character of `lines` differs from `raw`. */
  readonly corrected: boolean;
  /** Check digits of `lines` by field name; `composite` is the last one. */
  readonly checks: Readonly<Record<string, boolean>>;
  /** Mean probability of the characters read, 0..1. */
  readonly confidence: number;
  readonly fields: MrzFields;
}

/** Fields as printed in the MRZ, fillers removed. Dates are `YYMMDD`, `<` where a digit is unknown. */
export interface MrzFields {
  readonly documentCode: string;
  readonly issuingState: string;
  readonly documentNumber: string;
  readonly surname: string;
  readonly givenNames: string;
  readonly nationality: string;
  readonly birthDate: string;
  readonly sex: 'M' | 'F' | 'X' | '';
  readonly expiryDate: string;
  readonly optionalData: string;
}

export type FieldName =
  | 'surname'
  | 'givenNames'
  | 'fullName'
  | 'birthDate'
  | 'documentNumber'
  | 'issuingState'
  | 'nationality'
  | 'sex'
  | 'issueDate'
  | 'expiryDate'
  | 'address';

/** One value as read. Dates are `YYYY-MM-DD`, states ISO 3166-1 alpha-3 (ICAO codes where there is none), sex `M`, `F` or `X`. */
export interface ReadField {
  readonly value: string;
  /** 0..1 */
  readonly confidence: number;
}

export type ReadFields = Readonly<Partial<Record<FieldName, ReadField>>>;

/** A PDF417 symbol of a North American licence or ID card, AAMVA DL/ID Card Design Standard, annex D. */
export interface BarcodeReading {
  /** AAMVA version, 1 to 10; 0 is older than the standard, and higher ones are read like the last. */
  readonly version: number;
  /** Issuer identification number: six digits. */
  readonly issuer: string;
  /** Element id (`DCS`, `DBB`, …) → value as encoded, without padding. */
  readonly elements: Readonly<Record<string, string>>;
  readonly fields: ReadFields;
}

/** What the printed side says in words. */
export interface VisualReading {
  readonly kind: 'passport' | 'drivers_license' | 'national_id' | 'residence_permit' | 'visa';
  /** The row of the published coverage matrix that it was read by, such as `US-CA licence` or `EU licence`. */
  readonly layout: string;
  readonly fields: ReadFields;
}

/** What was read from one side of a document. */
export interface DocumentReading {
  /** Text or a zone of a document was found at all. */
  readonly found: boolean;
  /** Mean confidence of the reading, 0..1. */
  readonly ocrConfidence: Measure;
  /** 0..1; sharpness, exposure and resolution together. */
  readonly quality: Measure;
  readonly reasons: readonly DocumentQualityReason[];
  readonly mrz?: MrzReading;
  readonly barcode?: BarcodeReading;
  readonly visual?: VisualReading;
  /** A program for editing pictures that the file names, `null` if none; absent where nobody looked, as in a PDF. */
  readonly editor?: string | null;
  /** Recognised text lines of the visual zone, top to bottom. */
  readonly lines: readonly { readonly text: string; readonly confidence: number; readonly box: Box }[];
  readonly stages: Stages;
}
