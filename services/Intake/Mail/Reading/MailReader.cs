using System.Diagnostics;
using System.Text;

namespace Desk.Intake.Mail.Reading;

/// <summary>
/// Bytes in, a mail out, whatever the bytes are: it never throws, its time grows with the length of the mail and its memory is bounded by it.
/// The rules are in README.md beside this file. This one method is all the desk knows of MIME: a library could stand behind it instead.
/// </summary>
internal static class MailReader
{
    public static ReceivedMail Read(ReadOnlyMemory<byte> raw, MailLimits? limits = null)
    {
        try
        {
            return ReadUnguarded(raw, limits ?? MailLimits.Usual);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A fault in our own code must cost nobody their mail: it is kept raw, listed with this reason, and can be run again after the repair.
            return new ReceivedMail { Headers = MailHeaders.None, TooMuch = $"The mail could not be read ({failure.GetType().Name}); this is a fault in the desk." };
        }
    }

    /// <summary>As <see cref="Read"/>, but a fault shows: for the tests.</summary>
    internal static ReceivedMail ReadUnguarded(ReadOnlyMemory<byte> raw, MailLimits limits)
    {
        if (raw.Length > limits.Bytes)
            return new ReceivedMail { Headers = MailHeaders.None, TooMuch = $"The mail is {raw.Length} bytes; at most {limits.Bytes} are read." };
        return new Reading(limits).Read(raw);
    }

    private readonly record struct Body(string? Text, string? Html)
    {
        public bool IsEmpty => string.IsNullOrWhiteSpace(Text) && string.IsNullOrWhiteSpace(Html);
    }

    private sealed class Reading(MailLimits limits)
    {
        private readonly List<string> _damage = [];
        private readonly List<MailFile> _files = [];
        private readonly List<MailReport> _reports = [];
        private ReturnedMail? _returned;
        private ReceivedMail? _forwarded;
        private string? _tooMuch;
        private int _parts;
        private long _memory;
        private long _started = Stopwatch.GetTimestamp();

        public ReceivedMail Read(ReadOnlyMemory<byte> raw)
        {
            var headers = MailHeaders.Read(raw, limits.HeaderBytes, _damage, out var bodyStart);
            if (headers is null)
                return new ReceivedMail { Headers = MailHeaders.None, TooMuch = $"The header is longer than {limits.HeaderBytes} bytes." };
            var type = FieldParameters.Read(headers.Raw("Content-Type"));
            headers.Charset = type["charset"];

            var body = Part(headers, raw[bodyStart..], 0, "text/plain");
            // A text part without a body but with a forwarded mail inside: what was forwarded is what was said.
            if (body.IsEmpty && _forwarded is { } inner)
                body = new Body(inner.Text, inner.Html);
            var text = string.IsNullOrWhiteSpace(body.Text) && body.Html is not null ? HtmlText.From(body.Html) : body.Text ?? "";
            text = Storable.Text(text).Trim('\n', ' ', '\t');
            if (text.Length > limits.TextLength)
            {
                _files.Add(new MailFile("message.txt", "text/plain", null, false, Encoding.UTF8.GetBytes(text)));
                text = Storable.Text(text[..limits.TextLength]) + "\n\n[…] message.txt";
                _damage.Add("The text is long: it is cut here and whole in message.txt.");
            }

            var from = Addresses.Read(headers.Raw("From"));
            var sender = Addresses.Read(headers.Raw("Sender")).FirstOrDefault();
            return new ReceivedMail
            {
                Headers = headers,
                BodyStart = bodyStart,
                From = from.FirstOrDefault() ?? sender,
                Sender = sender,
                ReplyTo = Addresses.Read(headers.Raw("Reply-To")),
                To = headers.RawAll("To").SelectMany(Addresses.Read).Take(500).ToList(),
                Cc = headers.RawAll("Cc").SelectMany(Addresses.Read).Take(500).ToList(),
                Subject = headers.Text("Subject") ?? "",
                Date = MailDates.Read(headers.Raw("Date")),
                MessageId = MessageIds(headers.Raw("Message-ID")).FirstOrDefault(),
                InReplyTo = MessageIds(headers.Raw("In-Reply-To")),
                References = MessageIds(headers.Raw("References")),
                Text = text,
                Html = body.Html is { } html ? Storable.Text(html) : null,
                Files = _files,
                ContentType = Media(type.Value),
                ReportType = type["report-type"]?.ToLowerInvariant(),
                Reports = _reports,
                Returned = _returned,
                Inside = _forwarded,
                Damage = _damage.Distinct().Take(20).ToList(),
                TooMuch = _tooMuch,
            };
        }

        private Body Part(MailHeaders headers, ReadOnlyMemory<byte> content, int depth, string usual)
        {
            if (_tooMuch is not null)
                return default;
            if (++_parts > limits.Parts)
                _tooMuch = $"The mail has more than {limits.Parts} parts.";
            if (depth > limits.Depth)
                _tooMuch = $"The mail is nested more than {limits.Depth} deep.";
            if (Stopwatch.GetElapsedTime(_started) > limits.Time)
                _tooMuch = $"Reading the mail took more than {limits.Time.TotalSeconds:0.#} seconds.";
            if (_tooMuch is not null)
                return default;

            var field = headers.Raw("Content-Type");
            var type = FieldParameters.Read(field);
            var media = field is null ? usual : Media(type.Value);
            var encoding = headers.Raw("Content-Transfer-Encoding");
            var disposition = FieldParameters.Read(headers.Raw("Content-Disposition"));
            var name = disposition["filename"] ?? type["name"];

            if (media.StartsWith("multipart/", StringComparison.Ordinal))
                return Multipart(type, media, content, encoding, depth);

            var attached = disposition.Value == "attachment";
            if (media is "message/rfc822" or "message/global" or "text/rfc822-headers" or "message/rfc822-headers" or "message/global-headers")
                return Message(media, Undo(content, encoding, isText: true), name, depth);
            if (media is "message/delivery-status" or "message/global-delivery-status" or "message/feedback-report" or "message/disposition-notification"
                or "message/global-disposition-notification")
            {
                var decoded = Undo(content, encoding, isText: true);
                _reports.Add(new MailReport(media, MailHeaders.ReadGroups(decoded)));
                return default;
            }

            var isText = media is "text/plain" or "text/html" or "text/enriched" or "text/richtext" or "text/calendar" or "text/watch-html" or "text/x-amp-html";
            if (isText && !attached && (name is null || media is "text/html" && depth <= 1 && _parts <= 2))
            {
                var text = TextOf(Undo(content, encoding, isText: true), type["charset"] ?? MetaCharset(media, content), media);
                switch (media)
                {
                    case "text/html":
                        return new Body(null, text);
                    case "text/calendar":
                        File(name ?? "invitation.ics", media, headers, disposition, Encoding.UTF8.GetBytes(text));
                        return new Body(Calendar.AsText(text), null);
                    case "text/enriched" or "text/richtext":
                        return new Body(HtmlText.From(text.Replace("\n\n", "<br>")), null);
                    case "text/watch-html" or "text/x-amp-html":
                        return default;
                }
                text = text.Replace("\r\n", "\n");
                if (string.Equals(type["format"], "flowed", StringComparison.OrdinalIgnoreCase))
                    text = FlowedText.Join(text, string.Equals(type["delsp"], "yes", StringComparison.OrdinalIgnoreCase));
                return new Body(TakeUuencoded(text), null);
            }
            if (!isText && media.StartsWith("text/", StringComparison.Ordinal) && !attached && name is null)
                return new Body(TextOf(Undo(content, encoding, isText: true), type["charset"], media).Replace("\r\n", "\n"), null);

            var bytes = Undo(content, encoding, isText: false);
            if (Tnef.IsTnef(media, bytes.Span))
                return TnefBody(bytes);
            File(name, media, headers, disposition, bytes);
            return default;
        }

        private Body Multipart(FieldParameters type, string media, ReadOnlyMemory<byte> content, string? encoding, int depth)
        {
            var slices = Boundaries.Split(content, type["boundary"], limits.Parts);
            if (slices.Count == 0 && TransferEncodings.Name(encoding) is "base64" or "quoted-printable")
            {
                // Forbidden, and met: the whole of a multipart encoded.
                content = Undo(content, encoding, isText: true);
                slices = Boundaries.Split(content, type["boundary"], limits.Parts);
            }
            if (slices.Count == 0)
            {
                _damage.Add("The mail says it has parts, and no boundary between parts was found; it was read as text.");
                return new Body(TextOf(content, type["charset"], "text/plain").Replace("\r\n", "\n"), null);
            }
            if (Boundaries.HasTextOutside(content, slices))
                _damage.Add("There is text before the first part or after the last; only the raw mail has it.");

            string? text2 = null, html = null;
            var said = new List<Body>();
            var ordinal = 0;
            foreach (var slice in slices)
            {
                if (_tooMuch is not null)
                    break;
                var headers = MailHeaders.Read(slice, limits.HeaderBytes, _damage, out var start);
                if (headers is null)
                {
                    _tooMuch = $"The header of a part is longer than {limits.HeaderBytes} bytes.";
                    break;
                }
                if (!headers.IsOfAPart)
                    _damage.Add("The header of a part holds lines that may be text; only the raw mail has them.");
                var body = Part(headers, slice[start..], depth + 1, media == "multipart/digest" ? "message/rfc822" : "text/plain");
                ordinal++;
                if (media == "multipart/related" && ordinal > 1 && !body.IsEmpty && said.Count > 0)
                {
                    // Only the first of related parts is the body; a text beside it is a file it points at.
                    var extra = Encoding.UTF8.GetBytes(body.Html ?? body.Text ?? "");
                    File(null, body.Html is not null ? "text/html" : "text/plain", headers, FieldParameters.Read(null), extra);
                    continue;
                }
                if (media == "multipart/alternative")
                {
                    // The same said in several ways: one text, and the richest HTML.
                    if (string.IsNullOrWhiteSpace(text2))
                        text2 = body.Text ?? text2;
                    else if (!string.IsNullOrWhiteSpace(body.Text) && body.Text.Trim() != text2.Trim())
                        _damage.Add("There are several texts that are said to be the same; the first is shown.");
                    if (!string.IsNullOrWhiteSpace(body.Html))
                    {
                        if (html is not null && body.Html.Trim() != html.Trim())
                            _damage.Add("There are several HTML texts that are said to be the same; the last is shown.");
                        html = body.Html;
                    }
                    continue;
                }
                if (!body.IsEmpty)
                    said.Add(body);
            }
            return media == "multipart/alternative" ? new Body(text2, html) : Joined(said);
        }

        /// <summary>One after the other: texts and HTML parts in a row are all said.</summary>
        private static Body Joined(List<Body> said)
        {
            if (said.Count <= 1)
                return said.Count == 0 ? default : said[0];
            var html = said.Exists(body => body.Html is not null) ? string.Join("<br>\n", said.Select(body => body.Html ?? AsHtml(body.Text!))) : null;
            var text = said.Exists(body => body.Text is not null)
                ? string.Join("\n\n", said.Select((body, at) => (body.Text ?? HtmlText.From(body.Html!)) is var one && at < said.Count - 1 ? one.TrimEnd('\n') : one)) : null;
            return new Body(text, html);
        }

        /// <summary>Decoded, and counted: what a mail may cost in memory is limited, whatever it is made of.</summary>
        private ReadOnlyMemory<byte> Undo(ReadOnlyMemory<byte> content, string? encoding, bool isText)
        {
            if (TransferEncodings.Name(encoding).Length == 0)
                return content;
            if ((_memory += content.Length) > limits.Memory)
            {
                _tooMuch ??= $"Reading the mail takes more than {limits.Memory / 1024 / 1024} MB of memory.";
                return default;
            }
            return TransferEncodings.Decode(content, encoding, isText);
        }

        /// <summary>A text beyond what anybody reads is decoded from its beginning only; the whole of it is kept as a file, as the bytes it came as.</summary>
        private string TextOf(ReadOnlyMemory<byte> bytes, string? charset, string media)
        {
            if (bytes.Length > limits.TextBytes)
            {
                File(media == "text/html" ? "message.html" : "message.txt", media, MailHeaders.None, FieldParameters.Read("attachment"), bytes);
                _damage.Add("The text is long: it is cut here and whole in the file beside it.");
                bytes = bytes[..limits.TextBytes];
            }
            if ((_memory += bytes.Length * 4L) > limits.Memory)
            {
                _tooMuch ??= $"Reading the mail takes more than {limits.Memory / 1024 / 1024} MB of memory.";
                return "";
            }
            return Charsets.Decode(bytes.Span, charset);
        }

        private Body Message(string media, ReadOnlyMemory<byte> content, string? name, int depth)
        {
            var inside = new Reading(limits) { _parts = _parts, _memory = _memory, _started = _started };
            var headers = MailHeaders.Read(content, limits.HeaderBytes, _damage, out var start) ?? MailHeaders.None;
            headers.Charset = FieldParameters.Read(headers.Raw("Content-Type"))["charset"];
            var first = content[Math.Min(start, content.Length)..];
            var sample = Encoding.Latin1.GetString(first.Span[..Math.Min(first.Length, 4_000)]);
            _returned ??= new ReturnedMail(headers, MessageIds(headers.Raw("Message-ID")).FirstOrDefault(), headers.Text("Subject") ?? "", sample);
            if (media.EndsWith("headers", StringComparison.Ordinal))
                return default;

            File(name ?? (headers.Text("Subject") is { Length: > 0 } subject ? subject + ".eml" : null), "message/rfc822", MailHeaders.None, FieldParameters.Read("attachment"), content);
            if (_forwarded is null && _tooMuch is null && headers.Count > 0)
            {
                var body = inside.Part(headers, first, depth + 1, "text/plain");
                _parts = inside._parts;
                _memory = inside._memory;
                _tooMuch = inside._tooMuch;
                var text = string.IsNullOrWhiteSpace(body.Text) && body.Html is not null ? HtmlText.From(body.Html) : body.Text ?? "";
                _forwarded = new ReceivedMail
                {
                    Headers = headers,
                    From = Addresses.Read(headers.Raw("From")).FirstOrDefault(),
                    Subject = headers.Text("Subject") ?? "",
                    MessageId = MessageIds(headers.Raw("Message-ID")).FirstOrDefault(),
                    Text = Cut(Storable.Text(text).Trim('\n', ' ', '\t')),
                    Html = body.Html is { } html ? Storable.Text(html) : null,
                };
            }
            return default;
        }

        /// <summary>The mail inside goes along whole as a file.</summary>
        private string Cut(string text) => text.Length > limits.TextLength ? Storable.Text(text[..limits.TextLength]) + "\n\n[…]" : text;

        private Body TnefBody(ReadOnlyMemory<byte> bytes)
        {
            var tnef = Tnef.Read(bytes);
            foreach (var (name, content) in tnef.Files)
                File(name, "application/octet-stream", MailHeaders.None, FieldParameters.Read("attachment"), content);
            if (tnef.Damaged || tnef.Files.Count == 0 && tnef.Text is null && tnef.Html is null)
                File("winmail.dat", "application/ms-tnef", MailHeaders.None, FieldParameters.Read("attachment"), bytes);
            return new Body(tnef.Text, tnef.Html);
        }

        private void File(string? name, string media, MailHeaders headers, FieldParameters disposition, ReadOnlyMemory<byte> content)
        {
            if (_files.Count >= limits.Files)
            {
                _tooMuch ??= $"The mail has more than {limits.Files} attachments.";
                return;
            }
            name ??= headers.Raw("Content-Location") is { } location && !location.Contains("://", StringComparison.Ordinal) ? location
                : headers.Text("Content-Description") is { Length: < 100 } described && described.Contains('.') ? described : null;
            var id = headers.Raw("Content-ID")?.Trim().Trim('<', '>').Trim();
            var decoded = name is null ? null : EncodedWords.Decode(name);
            _files.Add(new MailFile(
                Storable.FileName(decoded, media, _files.Count + 1), media, string.IsNullOrEmpty(id) ? null : Storable.Line(id, 250),
                id is { Length: > 0 } && disposition.Value != "attachment", content));
        }

        /// <summary>A file written into the text the old way goes out of it and among the files.</summary>
        private string TakeUuencoded(string text)
        {
            var begin = 0;
            StringBuilder? rest = null;
            var copied = 0;
            while ((begin = text.IndexOf("begin ", begin, StringComparison.Ordinal)) >= 0)
            {
                var lineEnd = text.IndexOf('\n', begin);
                if (lineEnd < 0)
                    break;
                var header = text[begin..lineEnd].Split(' ', 3);
                if ((begin > 0 && text[begin - 1] != '\n') || header.Length < 3 || header[1].Length is not (3 or 4) || !header[1].All(c => c is >= '0' and <= '7')
                    || lineEnd + 1 >= text.Length || text[lineEnd + 1] != 'M' && text[lineEnd + 1] is not (> ' ' and <= '`'))
                {
                    begin = lineEnd;
                    continue;
                }
                var end = text.IndexOf("\nend", lineEnd, StringComparison.Ordinal);
                if (end < 0)
                    break;
                if (TransferEncodings.Uu(Encoding.Latin1.GetBytes(text[begin..end])) is { } bytes)
                {
                    File(header[2].Trim(), "application/octet-stream", MailHeaders.None, FieldParameters.Read("attachment"), bytes);
                    (rest ??= new StringBuilder()).Append(text, copied, begin - copied);
                    copied = Math.Min(text.Length, end + 4);
                }
                begin = Math.Min(text.Length, end + 4);
            }
            return rest is null ? text : rest.Append(text, copied, text.Length - copied).ToString();
        }

        private static string AsHtml(string text) => System.Net.WebUtility.HtmlEncode(text).Replace("\n", "<br>\n");

        private static string? MetaCharset(string media, ReadOnlyMemory<byte> content)
        {
            if (media != "text/html")
                return null;
            var head = Encoding.Latin1.GetString(content.Span[..Math.Min(content.Length, 1_024)]);
            var at = head.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
            return at < 0 ? null : head[(at + 8)..].TrimStart('3', 'D', '"', '\'').Split('"', '\'', ' ', ';', '>', '/')[0];
        }

        private static string Media(string value) => value switch
        {
            "" or "text" or "plain" or "text/" or "text/plane" => "text/plain",
            "html" => "text/html",
            "multipart" => "multipart/mixed",
            _ => value.Contains('/') ? value : "application/octet-stream",
        };

        private static List<string> MessageIds(string? field)
        {
            var ids = new List<string>();
            if (field is null)
                return ids;
            var position = 0;
            while (ids.Count < 200 && position < field.Length)
            {
                var open = field.IndexOf('<', position);
                if (open < 0)
                    break;
                var close = field.IndexOf('>', open);
                if (close < 0)
                    break;
                Add(field[(open + 1)..close]);
                position = close + 1;
            }
            if (ids.Count == 0)
            {
                foreach (var word in field.Split([' ', '\t', ',', '<', '>'], StringSplitOptions.RemoveEmptyEntries).Take(200))
                {
                    if (word.Contains('@'))
                        Add(word);
                }
            }
            return ids;

            void Add(string id)
            {
                id = Storable.Line(string.Concat(id.Where(c => !char.IsWhiteSpace(c))), 500);
                if (id.Length > 0)
                    ids.Add(id);
            }
        }
    }
}
