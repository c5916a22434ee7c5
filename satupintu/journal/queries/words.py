"""What happened, in words for people: one sentence per event, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from satupintu.journal.models import Entry

Words = dict[str, str]

# {field} takes a field of the event, in words where VALUES has them. No field here is a name.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "api.ClientClosed": ("Sistem luar ditutup", "Other system closed"),
    "api.ClientRegistered": (
        "Sistem luar didaftarkan: {scopes}",
        "Other system registered: {scopes}",
    ),
    "api.ClientTokenMade": ("Token sistem luar dibuat", "Token of another system made"),
    "api.SubscriptionEnded": ("Langganan kabar diakhiri", "Subscription ended"),
    "api.SubscriptionMade": ("Langganan kabar dibuat: {wanted}", "Subscription made: {wanted}"),
    "api.TokenMade": ("Token pribadi dibuat", "Personal token made"),
    "api.TokenWithdrawn": ("Token pribadi dicabut", "Personal token withdrawn"),
    "api.WebhookFailed": (
        "Kabar ke sistem luar gagal: {problem}",
        "Message to another system given up: {problem}",
    ),
    "api.WebhookQueued": ("Kabar ke sistem luar disiapkan", "Message to another system queued"),
    "api.WebhookSent": ("Kabar ke sistem luar diterima", "Message to another system received"),
    "cases.AnswersSaved": ("Isian bagian {section} disimpan", "Answers of section {section} saved"),
    "cases.AppealGranted": ("Banding dikabulkan", "Appeal granted"),
    "cases.AppealLodged": ("Pemohon mengajukan banding", "Applicant appealed"),
    "cases.AppealOffered": (
        "Pemohon diberi tahu penolakan dan boleh banding",
        "Applicant told of the refusal and may appeal",
    ),
    "cases.CaseApproved": ("Permohonan disetujui", "Application approved"),
    "cases.CaseHeld": ("Permohonan ditahan dari penghapusan", "Application held against erasing"),
    "cases.HoldLifted": ("Penahanan dicabut", "Hold lifted"),
    "cases.PaperFormBegun": ("Formulir {number} mulai dimasukkan", "Form {number} being entered"),
    "cases.PaperFormEntered": (
        "Formulir kertas {number}: ditulis {written_at}, dimasukkan {entered_at}",
        "Paper form {number}: written {written_at}, entered {entered_at}",
    ),
    "cases.PaperFormReleased": (
        "Formulir kertas {number} kembali menunggu",
        "Paper form {number} waits again",
    ),
    "cases.PaperFormVoided": (
        "Formulir kertas {number} dinyatakan batal",
        "Paper form {number} void",
    ),
    "cases.PaperFormsPrinted": ("{count} formulir kertas disiapkan", "{count} forms prepared"),
    "cases.CaseErased": (
        "Data pribadi dihapus menurut jadwal retensi",
        "Personal data erased by the retention schedule",
    ),
    "cases.CaseRefusalProposed": ("Permohonan diusulkan ditolak", "Refusal proposed"),
    "cases.CaseRefused": ("Permohonan ditolak", "Application refused"),
    "cases.CaseSigned": ("Penandatanganan {document} disetujui", "Signing of {document} agreed"),
    "cases.CaseStarted": ("Draf {service} dimulai {channel}", "Draft of {service} begun {channel}"),
    "cases.CaseSubmitted": ("Permohonan {number} dikirim", "Application {number} sent"),
    "cases.PaidCaseCancelled": (
        "Permohonan yang sudah dibayar dibatalkan di loket",
        "Paid application cancelled at the counter",
    ),
    "cases.WithdrawalAsked": (
        "Pemohon meminta pembatalan setelah membayar",
        "Applicant asked to cancel after paying",
    ),
    "cases.CaseWithdrawn": ("Permohonan ditarik pemohon", "Application withdrawn by the applicant"),
    "cases.ClockPaused": ("Jam layanan berhenti: {reason}", "Clock paused: {reason}"),
    "cases.ClockResumed": ("Jam layanan jalan lagi: {reason}", "Clock resumed: {reason}"),
    "cases.ClockWarned": (
        "Peringatan: {level} waktu layanan terpakai",
        "Warning: {level} of the time is used",
    ),
    "cases.CorrectionAnswered": ("Perbaikan dikirim pemohon", "Correction sent by the applicant"),
    "cases.CorrectionAsked": (
        "Perbaikan {items} hal diminta",
        "Correction of {items} items asked for",
    ),
    "cases.DeemedApproved": (
        "Permohonan dianggap dikabulkan menurut hukum",
        "Application deemed approved by law",
    ),
    "cases.DocumentJudged": ("Berkas dinilai: {verdict}", "Document judged: {verdict}"),
    "cases.DraftDiscarded": ("Draf dihapus", "Draft discarded"),
    "cases.DraftWritten": ("Konsep {document} disusun", "Draft of {document} written"),
    "cases.EndorsedOnPaper": (
        "Persetujuan {step} di kertas dicatat",
        "Agreement of {step} on paper recorded",
    ),
    "cases.EndorserReminded": ("{step} diingatkan", "{step} reminded"),
    "cases.FileAttached": ("Berkas {requirement} diunggah", "Document {requirement} uploaded"),
    "cases.FileRemoved": ("Berkas {requirement} dihapus", "Document {requirement} removed"),
    "cases.FilterDeleted": ("Saringan tugas dihapus", "Filter of the work list deleted"),
    "cases.FilterSaved": ("Saringan tugas disimpan", "Filter of the work list kept"),
    "cases.LetterAttached": (
        "Surat dari sistem dipakai untuk {requirement}",
        "Letter of the system used for {requirement}",
    ),
    "cases.LevyAssessed": ("Retribusi ditetapkan", "Levy set"),
    "cases.LinkGiven": ("Tautan jawaban {step} diberikan", "Link to answer {step} given"),
    "cases.LinkHasNoWay": (
        "Tautan jawaban {step} tidak terkirim: kontaknya tidak ada",
        "Link to answer {step} not sent: no contact is known",
    ),
    "cases.LinkIssued": ("Tautan jawaban {step} dikirim", "Link to answer {step} sent"),
    "cases.MessageSent": ("Pesan dikirim", "Message sent"),
    "cases.MinutesApproved": ("Berita acara disetujui", "Minutes approved"),
    "cases.MinutesWritten": (
        "Berita acara ditulis, naskah ke-{revision}",
        "Minutes written, version {revision}",
    ),
    "cases.NoteWritten": ("Catatan internal ditulis", "Internal note written"),
    "cases.OpinionAsked": ("Pendapat instansi diminta", "Opinion of an agency asked for"),
    "cases.OpinionClosed": (
        "Pendapat instansi tidak diperlukan lagi",
        "Opinion of the agency no longer needed",
    ),
    "cases.OpinionGiven": ("Pendapat instansi: {verdict}", "Opinion of the agency: {verdict}"),
    "cases.OriginalTaken": (
        "Berkas asli {requirement} diunduh: {purpose}",
        "Original of {requirement} downloaded: {purpose}",
    ),
    "cases.PaperStored": ("Dokumen {paper} disimpan", "Document {paper} stored"),
    "cases.PhotoTaken": ("Foto lapangan diambil", "Photo taken on site"),
    "cases.RecommendationGiven": (
        "Rekomendasi teknis: {verdict}",
        "Technical recommendation: {verdict}",
    ),
    "cases.RetentionEnded": ("Masa simpan data pribadi berakhir", "Retention of the data ended"),
    "cases.RefusalAccepted": ("Penolakan diterima pemohon", "Refusal accepted by the applicant"),
    "cases.RefusalUpheld": ("Banding ditolak", "Appeal refused"),
    "cases.TaskAssigned": ("Tugas {step} dibagi", "Task {step} assigned"),
    "cases.TaskForwarded": ("Langkah {step} diteruskan", "Step {step} forwarded"),
    "cases.TaskOpened": ("Langkah {step} dibuka", "Step {step} opened"),
    "cases.TaskReturned": ("Langkah {step} dikembalikan ke {to}", "Step {step} returned to {to}"),
    "cases.VisitPlanned": ("Kunjungan lapangan dijadwalkan", "Site visit planned"),
    "cases.VisitRecorded": ("Hasil kunjungan dicatat", "Site visit recorded"),
    "catalogue.ServiceClosed": ("Layanan ditutup di sini", "Service closed here"),
    "catalogue.ServiceOpened": ("Layanan dibuka di sini", "Service opened here"),
    "catalogue.ServicePublished": (
        "Layanan terbit dalam versi {number}",
        "Service published in version {number}",
    ),
    "catalogue.ServiceWithdrawn": ("Layanan ditutup", "Service withdrawn"),
    "catalogue.TextsChanged": ("Naskah {kind} diganti", "Texts of {kind} replaced"),
    "files.FileDamaged": ("Berkas rusak ditemukan", "Damaged file found"),
    "files.FileErased": ("Berkas dan kuncinya dimusnahkan", "File and its key destroyed"),
    "files.FileKeysRotated": ("Kunci berkas diganti", "Keys of files rotated"),
    "files.FileRemoved": ("Berkas dihapus dari penyimpanan", "File removed from storage"),
    "files.FileStored": ("Berkas disimpan", "File stored"),
    "files.FileRepaired": ("Berkas rusak diganti dengan salinannya", "Damaged file put back"),
    "files.ReturnedFilesErased": (
        "{count} berkas yang kembali dari cadangan dimusnahkan lagi",
        "{count} files that came back with a backup destroyed again",
    ),
    "files.OrphansCleared": ("{count} berkas tak bertuan dibuang", "{count} stray files cleared"),
    "journal.ProtectedDataRead": ("Data terlindungi dibuka: {what}", "Protected data read: {what}"),
    "levies.BillCancelled": ("Tagihan dibatalkan", "Bill cancelled"),
    "levies.BillIssued": ("Tagihan (SKRD) terbit", "Bill (SKRD) issued"),
    "levies.BillPaid": ("Tagihan dibayar", "Bill paid"),
    "levies.PaidBillWithdrawn": (
        "Permohonan ditarik setelah tagihan dibayar",
        "Application withdrawn after its bill was paid",
    ),
    "levies.CashClosed": ("Kas ditutup", "Cash desk closed"),
    "levies.DocumentAttached": (
        "Cetakan tagihan atau bukti bayar disimpan",
        "Printed bill or receipt stored",
    ),
    "notifications.DeliveryFailed": ("Pesan gagal terkirim", "Message could not be delivered"),
    "notifications.DeliveryQueued": ("Pesan menunggu dikirim", "Message queued"),
    "notifications.DeliverySent": ("Pesan terkirim", "Message sent out"),
    "notifications.NoticeGiven": ("Pemberitahuan dibuat", "Notice given"),
    "notifications.NoticesErased": ("Isi {count} pesan dihapus", "Words of {count} notices erased"),
    "notifications.NoticeRead": ("Pemberitahuan dibaca", "Notice read"),
    "notifications.TextReceived": ("SMS masuk", "SMS received"),
    "notifications.TextsForgotten": ("{count} SMS lama dihapus", "{count} old SMS removed"),
    "notifications.TextsStarted": ("SMS diminta lagi", "Notices by SMS wanted again"),
    "notifications.TextsStopped": ("SMS dihentikan penerima", "Notices by SMS stopped"),
    "offices.NumbersReserved": (
        "{count} nomor dicadangkan: {first} sampai {last}",
        "{count} numbers reserved: {first} to {last}",
    ),
    "offices.NumberTaken": ("Nomor {text} dipakai", "Number {text} taken"),
    "offices.NumberVoided": ("Nomor {text} dibatalkan", "Number {text} voided"),
    "offices.OfficesLoaded": ("Data unit dan jabatan dimuat", "Offices and posts loaded"),
    "offices.OfficePut": ("Unit ditambah atau diubah", "Unit added or changed"),
    "offices.PostPut": ("Jabatan ditambah atau diubah", "Post added or changed"),
    "offices.OutageDeclared": ("Gangguan layanan diumumkan", "Outage declared"),
    "offices.OutageEnded": ("Gangguan layanan berakhir", "Outage ended"),
    "people.AccessReviewed": ("Hak akses ditinjau", "Rights looked through"),
    "people.AccountCreated": ("Akun dibuat", "Account created"),
    "people.AccountDisabled": ("Akun dinonaktifkan", "Account disabled"),
    "people.AccountEnabled": ("Akun diaktifkan lagi", "Account enabled again"),
    "people.ApplicantErased": ("Data diri pemohon dihapus", "Details of an applicant erased"),
    "people.ApplicantRecorded": ("Data pemohon dicatat", "Applicant recorded"),
    "people.CorrectionOfDataAnswered": (
        "Permintaan perbaikan data dijawab: {outcome}",
        "Request to correct data answered: {outcome}",
    ),
    "people.CorrectionOfDataAsked": ("Perbaikan data diminta", "Correction of data asked for"),
    "people.DataRequestsErased": ("Isi permintaan dihapus", "Words of requests erased"),
    "people.GuestForgotten": ("Warga tanpa akun dihapus", "Guest removed"),
    "people.HolderAppointed": ("Pejabat ditetapkan dalam jabatan", "Holder appointed to a post"),
    "people.HoldingDecisionRecorded": ("Keputusan jabatan dicatat", "Decree of a post recorded"),
    "people.HoldingEnded": ("Jabatan berakhir", "Holding of a post ended"),
    "people.MandateGiven": ("Mandat Plh atau Plt diberikan", "Acting mandate given"),
    "people.MandateRevoked": ("Mandat dicabut", "Acting mandate revoked"),
    "people.NewDeviceSeen": (
        "Masuk dari perangkat atau tempat baru",
        "Sign-in from a new device or place",
    ),
    "people.OwnDataTaken": ("Data pribadi sendiri diunduh", "Own personal data downloaded"),
    "people.PinRefused": ("PIN salah", "Wrong PIN"),
    "people.PersonalDataChanged": ("Data diri diubah: {fields}", "Personal data changed: {fields}"),
    "people.RecoveryCodeUsed": (
        "Kode cadangan dipakai, sisa {left}",
        "Recovery code used, {left} left",
    ),
    "people.SignInChanged": ("Cara masuk diubah: {what}", "Way of signing in changed: {what}"),
    "people.SignInFailed": ("Percobaan masuk gagal", "Sign-in failed"),
    "people.StaffImported": ("{rows} baris pejabat diimpor", "{rows} rows of officers imported"),
    "people.SignedIn": ("Masuk", "Signed in"),
    "permits.CopyPrinted": ("Salinan dicetak", "Copy printed"),
    "permits.DecisionDrafted": ("Konsep keputusan {kind} disusun", "Draft decision: {kind}"),
    "permits.DecisionDropped": (
        "Konsep keputusan {kind} dibatalkan",
        "Draft decision dropped: {kind}",
    ),
    "permits.PermitAbandoned": (
        "Naskah dibatalkan sebelum ditandatangani",
        "Document given up before it was signed",
    ),
    "permits.PermitDrawnUp": ("Nomor dokumen diberikan", "Document numbered for signing"),
    "permits.PermitErased": ("Isi dokumen dimusnahkan", "Content of the document destroyed"),
    "permits.PermitHandedOver": ("Dokumen diserahkan", "Document handed over"),
    "permits.PermitResumed": ("Izin diaktifkan kembali", "Permit resumed"),
    "permits.PermitRevoked": ("Izin dicabut", "Permit revoked"),
    "permits.PermitShared": (
        "Tautan dokumen dibuat untuk {days} hari",
        "Link to the document made for {days} days",
    ),
    "permits.PermitSigned": ("Dokumen ditandatangani", "Document signed"),
    "permits.PermitSuspended": ("Izin dibekukan", "Permit suspended"),
    "permits.ShareUsed": ("Dokumen diunduh lewat tautan", "Document downloaded by link"),
    "permits.ShareWithdrawn": ("Tautan dokumen ditarik", "Link to the document taken back"),
    "permits.SigningFailed": ("Penandatanganan gagal", "Signing failed"),
    "signing.ActOpened": ("Kunci tanda tangan dibuka", "Signing key opened"),
    "signing.KeyRegistered": ("Sertifikat didaftarkan", "Certificate registered"),
    "signing.KeyRetired": ("Sertifikat ditarik", "Certificate retired"),
    "signing.PassphraseRefused": ("Kata sandi tanda tangan ditolak", "Signing passphrase refused"),
}
VALUES: Mapping[str, tuple[str, str]] = {
    "agree": ("setuju", "agreed"),
    "signature": ("memeriksa tanda tangan elektronik", "to check an electronic signature"),
    "detail": ("rincian tidak terbaca pada salinan", "details not readable on the copy"),
    "authority": ("diminta pemeriksa atau pengadilan", "asked for by auditors or a court"),
    "conditions": ("setuju dengan syarat", "agreed with conditions"),
    "refuse": ("tidak setuju", "not agreed"),
    "fits": ("sesuai", "accepted"),
    "fix": ("perlu perbaikan", "needs correction"),
    "applicant": ("menunggu pemohon", "waiting for the applicant"),
    "payment": ("menunggu pembayaran", "waiting for payment"),
    "outage": ("gangguan layanan", "outage"),
    "online": ("daring", "online"),
    "counter": ("di loket", "at the counter"),
    "case": ("permohonan", "application"),
    "draft": ("draf", "draft"),
    "permit": ("izin", "permit"),
    "refusal": ("penolakan", "refusal"),
    "bill": ("tagihan", "bill"),
    "receipt": ("tanda terima", "receipt"),
    "payment_receipt": ("bukti bayar", "payment receipt"),
    "minutes": ("berita acara", "minutes"),
    "recommendation": ("rekomendasi", "recommendation"),
    "opinion": ("pendapat", "opinion"),
    "endorsement": ("persetujuan RT atau RW", "agreement of RT or RW"),
    "0.5": ("separuh", "half"),
    "0.8": ("80%", "80%"),
    "1.0": ("seluruh", "all"),
    "pin_set": ("PIN", "PIN"),
    "suspend": ("pembekuan", "suspension"),
    "resume": ("pengaktifan kembali", "resumption"),
    "revoke": ("pencabutan", "revocation"),
    "messages": ("pesan", "messages"),
    "pages": ("halaman", "pages"),
    "sectors": ("bidang", "sectors"),
    "document": ("berkas", "document"),
    "paper": ("dokumen", "paper"),
    "access_list": ("daftar hak akses", "list of access rights"),
    "register": ("buku register", "register book"),
    "data_request": ("permintaan perbaikan data", "request to correct data"),
}
DOORS: Mapping[str, tuple[str, str]] = {
    "web": ("laman", "website"),
    "link": ("tautan SMS", "link by SMS"),
    "receipt": ("kode tanda terima", "code of a receipt"),
    "counter": ("loket", "counter"),
    "api": ("aplikasi lain", "another system"),
    "worker": ("sistem", "system"),
    "command": ("pengelola sistem", "system operator"),
}
SUBJECTS: Mapping[str, tuple[str, str]] = {
    "access": ("Hak akses", "Access rights"),
    "account": ("Akun", "Account"),
    "applicant": ("Pemohon", "Applicant"),
    "bill": ("Tagihan", "Bill"),
    "case": ("Permohonan", "Application"),
    "city": ("Kota", "City"),
    "client": ("Sistem luar", "Other system"),
    "decision": ("Keputusan", "Decision"),
    "file": ("Berkas", "File"),
    "form_block": ("Blok formulir kertas", "Block of paper forms"),
    "files": ("Penyimpanan berkas", "File storage"),
    "signing-key": ("Sertifikat", "Certificate"),
    "link": ("Tautan SMS", "Link by SMS"),
    "notice": ("Pemberitahuan", "Notice"),
    "office": ("Unit", "Office"),
    "outage": ("Gangguan", "Outage"),
    "permit": ("Dokumen terbit", "Issued document"),
    "data_request": ("Permintaan perbaikan data", "Request to correct data"),
    "post": ("Jabatan", "Post"),
    "receipt": ("Bukti bayar", "Receipt"),
    "refusal": ("Penolakan", "Refusal"),
    "service": ("Layanan", "Service"),
    "sign-in": ("Percobaan masuk", "Attempt to sign in"),
    "staff": ("Impor pejabat", "Import of officers"),
    "task": ("Tugas", "Task"),
    "text": ("SMS masuk", "Incoming SMS"),
    "texts": ("Naskah", "Texts"),
    "visit": ("Kunjungan", "Site visit"),
}


def words_of(entry: Entry) -> Words:
    """The sentence of a row; the bare name of an event that later versions no longer know."""
    sentence = SENTENCES.get(entry.event)
    if sentence is None:
        return _both((entry.event, entry.event))
    data = entry.data
    return {
        language: text.format_map(_Told(data, at))
        for at, (language, text) in enumerate(zip(("id", "en"), sentence, strict=True))
    }


def words_of_event(name: str) -> Words:
    """What a kind of event is called in a list to choose from, without the details."""
    id_text, en_text = SENTENCES[name]
    return _both((id_text.format_map(_Left()), en_text.format_map(_Left())))


def words_of_door(door: str) -> Words:
    return _both(DOORS.get(door, (door, door)))


def words_of_value(value: str) -> Words:
    """A code that events hold, as people read it."""
    return _both(VALUES[value])


def words_of_subject(subject: str) -> Words:
    kind, _, key = subject.partition(":")
    names = _both(SUBJECTS.get(kind, (kind, kind)))
    if ":" in key:  # "refusal:case:12"
        inner = words_of_subject(key)
        return {language: f"{name}: {inner[language]}" for language, name in names.items()}
    return {language: f"{name} {key}".strip() for language, name in names.items()}


def _both(pair: tuple[str, str]) -> Words:
    return dict(zip(("id", "en"), pair, strict=True))


class _Told(dict[str, Any]):
    """The fields of an event as words of one language."""

    def __init__(self, data: Mapping[str, Any], language: int) -> None:
        super().__init__(data)
        self.language = language

    def __getitem__(self, field: str) -> str:
        value = self.get(field, "")
        if isinstance(value, list):
            return ", ".join(self._word(str(one)) for one in value)
        kind, _, which = str(value).partition(":")
        return " ".join(filter(None, (self._word(kind), which.replace("_", " "))))

    def _word(self, value: str) -> str:
        return VALUES[value][self.language] if value in VALUES else value.replace("_", " ")


class _Left(dict[str, str]):
    def __missing__(self, field: str) -> str:
        return "…"
