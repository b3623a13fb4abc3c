using System.Text;
using Desk.Contracts;
using Desk.Intake.People;
using Desk.Intake.Requests;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Intake.Conversations;

/// <summary>What may be written in a conversation.</summary>
internal static class MessageRules
{
    public static ProblemHttpResult Merged(TicketNumber number, TicketRef into)
        => Problems.Conflict("ticket.merged", Phrase.Of($"{number} är hopslaget med {into.Number}: skriv i det, eller ångra hopslagningen.", $"{number} is merged into {into.Number}: write in that one, or undo the merge."));

    /// <summary>There must be text, of at most 100 kB and without control characters.</summary>
    public static void CheckText(string? text, string field, Faults faults)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            faults.Add(field, $"{field} is missing: write what it is about.");
            return;
        }
        faults.Require(Encoding.UTF8.GetByteCount(text) <= Limits.TextBytes, field, $"{field} has at most {Limits.TextBytes / 1000} kB; attach the rest as a file.");
        faults.Require(PlainText.IsClean(text), field, $"{field} has control characters other than tab and line ends.");
    }

    /// <summary>HTML beside the text: optional, as large as the text may be, kept as it is and never believed.</summary>
    public static void CheckHtml(string? html, Faults faults)
    {
        if (html is not null)
            CheckText(html, "html", faults);
    }

    /// <summary>Only agents copy others in: a requester's ticket must not become a way to mail strangers.</summary>
    public static IReadOnlyList<string> ReadCopied(IReadOnlyList<string?>? addresses, bool isAgent, Faults faults)
    {
        if (addresses is null or { Count: 0 })
            return [];
        faults.Require(isAgent, "cc", Phrase.Of("Bara handläggare sätter andra på kopia.", "Only agents copy others in."));
        faults.Require(addresses.Count <= Limits.Copied, "cc", $"cc has at most {Limits.Copied} addresses.");
        for (var i = 0; i < Math.Min(addresses.Count, Limits.Copied); i++)
            faults.Require(EmailAddress.IsWellFormed(addresses[i]?.Trim()), $"cc[{i}]", $"cc[{i}] is not an e-mail address.");
        return faults.Any ? [] : [.. addresses.Select(address => address!.Trim())];
    }

    public static IReadOnlyList<NewAttachment> ReadAttachments(IReadOnlyList<AttachmentInput?>? inputs, Faults faults)
    {
        if (inputs is null or { Count: 0 })
            return [];
        var files = new List<NewAttachment>(inputs.Count);
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i]?.Content is not { Length: > 0 } content)
                faults.Add($"attachments[{i}].content", $"attachments[{i}].content is missing: the bytes of the file as base64.");
            else
                files.Add(new NewAttachment(inputs[i]!.Name ?? "", content));
        }
        CheckFiles(files, faults);
        return files;
    }

    public static void CheckFiles(IReadOnlyList<NewAttachment> files, Faults faults)
    {
        faults.Require(files.Count <= Limits.Attachments, "attachments", Phrase.Of($"Högst {Limits.Attachments} bilagor åt gången.", $"At most {Limits.Attachments} attachments at a time."));
        faults.Require(files.Sum(file => (long)file.Content.Length) <= Limits.AttachmentBytes, "attachments",
            Phrase.Of($"Bilagorna har högst {Limits.AttachmentBytes / (1024 * 1024)} MB tillsammans.", $"The attachments have at most {Limits.AttachmentBytes / (1024 * 1024)} MB together."));
    }
}
