using System.Globalization;
using Desk.Contracts;

namespace Desk.Web.Shared;

/// <summary>
/// The words of one reader. A phrase stands where it is used, in both languages side by side, <c>W["Skicka", "Send"]</c>, so none can be
/// missing; what is said in many places (status, priority, dates, numbers) has a method here.
/// </summary>
public sealed class Words(IConfiguration configuration, TimeProvider clock)
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(configuration["Desk:TimeZone"] ?? "Europe/Stockholm");

    public string Language { get; private set; } = "sv";

    public CultureInfo Culture { get; private set; } = Preferences.Culture("sv");

    public string this[string sv, string en] => Language == "sv" ? sv : en;

    public void Speak(string language)
    {
        Language = language == "en" ? "en" : "sv";
        Culture = Preferences.Culture(Language);
    }

    /// <summary>One or many: <c>W.Count(3, "ärende", "ärenden", "ticket", "tickets")</c>.</summary>
    public string Count(long n, string svOne, string svMany, string enOne, string enMany)
        => string.Create(Culture, $"{n:N0} {(Language == "sv" ? n == 1 ? svOne : svMany : n == 1 ? enOne : enMany)}");

    public string Number(double n, int decimals = 0) => n.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), Culture);

    public string Percent(double share) => share.ToString("P0", Culture);

    public string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(Culture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(Culture, $"{bytes / 1024.0:N0} kB"),
        _ => string.Create(Culture, $"{bytes / 1024.0 / 1024.0:N1} MB"),
    };

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>In the desk's time zone.</summary>
    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, _zone);

    /// <summary>A time that a reader typed, in the desk's time zone.</summary>
    public DateTimeOffset FromLocal(DateTime typed) => new DateTimeOffset(typed, _zone.GetUtcOffset(typed)).ToUniversalTime();

    public string Clock(DateTimeOffset at) => Local(at).ToString("HH:mm", Culture);

    /// <summary>As a person says it: “i dag 14:05”, “Monday 30 November 09:00”.</summary>
    public string When(DateTimeOffset at)
    {
        var (local, today) = (Local(at), Local(clock.GetUtcNow()).Date);
        var days = (local.Date - today).Days;
        var day = days switch
        {
            0 => this["i dag", "today"],
            1 => this["i morgon", "tomorrow"],
            -1 => this["i går", "yesterday"],
            > 1 and < 7 => local.ToString(this["'på' dddd", "'on' dddd"], Culture),
            _ => local.ToString(local.Year == today.Year ? "d MMM" : "d MMM yyyy", Culture),
        };
        return $"{day} {local.ToString("HH:mm", Culture)}";
    }

    public string Date(DateTimeOffset at) => Local(at).ToString("d MMMM yyyy", Culture);

    public string Full(DateTimeOffset at) => Local(at).ToString("dddd d MMMM yyyy HH:mm", Culture);

    /// <summary>Short, for lists: “14:05” today, “20 nov” before.</summary>
    public string Brief(DateTimeOffset at)
    {
        var (local, now) = (Local(at), Local(clock.GetUtcNow()));
        return local.Date == now.Date ? local.ToString("HH:mm", Culture) : local.ToString(local.Year == now.Year ? "d MMM" : "yyyy-MM-dd", Culture);
    }

    /// <summary>“2 h 5 min”, the two largest parts.</summary>
    public string Duration(TimeSpan span)
    {
        span = span.Duration();
        var (d, h) = (this["d", "d"], this["tim", "h"]);
        return span switch
        {
            { TotalMinutes: < 1 } => this["under 1 min", "under 1 min"],
            { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min",
            { TotalDays: < 1 } => span.Minutes == 0 ? $"{span.Hours} {h}" : $"{span.Hours} {h} {span.Minutes} min",
            _ => span.Hours == 0 ? $"{(int)span.TotalDays} {d}" : $"{(int)span.TotalDays} {d} {span.Hours} {h}",
        };
    }

    public string Status(TicketStatus status, WaitingFor? waitingFor = null) => status switch
    {
        TicketStatus.New => this["Nytt", "New"],
        TicketStatus.Open => this["Pågår", "In progress"],
        TicketStatus.Waiting => waitingFor switch
        {
            WaitingFor.Requester => this["Väntar på beställaren", "Waiting for the requester"],
            WaitingFor.Supplier => this["Väntar på leverantör", "Waiting for a supplier"],
            _ => this["Väntar", "Waiting"],
        },
        TicketStatus.Resolved => this["Löst", "Resolved"],
        TicketStatus.Closed => this["Avslutat", "Closed"],
        _ => status.ToString(),
    };

    public string Priority(Priority priority) => priority switch
    {
        Contracts.Priority.P1 => this["P1, kritisk", "P1, critical"],
        Contracts.Priority.P2 => this["P2, hög", "P2, high"],
        Contracts.Priority.P3 => this["P3, medel", "P3, medium"],
        Contracts.Priority.P4 => this["P4, låg", "P4, low"],
        _ => this["P5, kan vänta", "P5, can wait"],
    };

    public string Outcome(MailOutcome outcome) => outcome switch
    {
        MailOutcome.Ticket => this["Ärende", "Ticket"],
        MailOutcome.Reply => this["Svar", "Reply"],
        MailOutcome.Automatic => this["Automatiskt", "Automatic"],
        MailOutcome.Bounce => this["Studs", "Bounce"],
        MailOutcome.Ignored => this["Ignorerat", "Ignored"],
        _ => this["Karantän", "Quarantine"],
    };

    public string Channel(Channel channel) => channel switch
    {
        Contracts.Channel.Web => this["Webb", "Web"],
        Contracts.Channel.Api => "API",
        Contracts.Channel.Mail => this["E-post", "E-mail"],
        Contracts.Channel.Phone => this["Telefon", "Phone"],
        Contracts.Channel.Chat => this["Chatt", "Chat"],
        _ => this["Besök", "In person"],
    };

    public string Impact(Impact impact) => impact switch
    {
        Contracts.Impact.One => this["En person", "One person"],
        Contracts.Impact.Group => this["En grupp", "A group"],
        Contracts.Impact.Site => this["En arbetsplats", "A site"],
        _ => this["Alla", "Everybody"],
    };

    public string Ownership(Ownership ownership) => ownership switch
    {
        Contracts.Ownership.Work => this["Arbetets", "Work"],
        _ => this["Privat", "Private"],
    };

    public string Urgency(Urgency urgency) => urgency switch
    {
        Contracts.Urgency.Low => this["Kan vänta", "Can wait"],
        Contracts.Urgency.Medium => this["Stör arbetet", "Disturbs the work"],
        _ => this["Arbetet står still", "Work has stopped"],
    };

    public string Type(TicketType type) => type == TicketType.Incident ? this["Incident", "Incident"] : this["Beställning", "Request"];

    public string Target(TargetKind target) => target switch
    {
        TargetKind.Answer => this["Första svar", "First answer"],
        TargetKind.Reply => this["Svar", "Reply"],
        TargetKind.Update => this["Lägesrapport", "Update"],
        _ => this["Lösning", "Resolution"],
    };

    /// <summary>What to tell a reader when the API refuses.</summary>
    public string Refusal(Api.ApiException refused) => (refused.Status, refused.Code) switch
    {
        (409, "ticket.merged") => this["Ärendet är hopslaget med ett annat. Arbeta i det, eller ångra hopslagningen.", "The ticket is merged into another. Work on that one, or undo the merge."],
        (409, "ticket.resolved") => this["Ärendet är löst. Öppna det igen först.", "The ticket is resolved. Reopen it first."],
        (409, "ticket.closed") => this["Ärendet är avslutat och förblir det.", "The ticket is closed and stays so."],
        (409, "ticket.openChildren") => this["Delärenden är öppna. Lös dem först, eller kryssa i att de får vara kvar.", "Parts of it are open. Solve them first, or tick that they may stay."],
        (409, "link.parent") => this["Delärendet hör redan till ett annat ärende.", "The part belongs to another ticket already."],
        (409, "link.chain") => this["Ett delärende kan inte ha egna delärenden.", "A part has no parts of its own."],
        (409, "problem.solved") => this["Problemet är löst.", "The problem is solved."],
        (409, "problem.major") => this["Det är redan en större störning.", "It is a major incident already."],
        (409, "ticket.unknown") => this["Något av ärendena finns inte.", "One of the tickets does not exist."],
        (409, "article.ownReview") => this["Den som skickade artikeln på granskning publicerar den inte. Be en kollega läsa.", "Who sent the article for review does not publish it. Ask a colleague to read it."],
        (400, "article.noOriginal") => this["Originalet ska vara en artikel på det andra språket som inte själv är en översättning.", "The original is an article in the other language that is itself no translation."],
        (409, "article.alreadyTranslated") => this["Originalet har redan en översättning. Ändra den.", "The original has a translation already. Change that one."],
        (400, "file.refused") => this["Filen tas inte emot: bilder (PNG, JPEG, GIF, WebP), PDF, text, CSV och Office går bra, med innehåll som stämmer med namnet.", "The file is not taken: pictures (PNG, JPEG, GIF, WebP), PDF, text, CSV and Office will do, with content that fits the name."],
        (400, "file.tooLarge") => this["En fil har högst 5 MB.", "A file has at most 5 MB."],
        (409, "article.expiresBefore") => this["Artikeln skulle gå ut innan den publiceras. Ändra tiderna.", "The article would expire before it is published. Change its times."],
        (409, "merge.self" or "link.self") => this["Det är samma ärende.", "That is the same ticket."],
        (409, "merge.chain") => this["Något av ärendena är redan hopslaget. Slå ihop med det som fortsätter, eller ångra det först.", "One of them is merged already. Merge into the one that goes on, or undo that first."],
        (409, "merge.strangers") => this["Beställarna hör inte till samma organisation och skulle läsa varandras ord. Kryssa i att de får, eller koppla ärendena i stället.", "The requesters are of no common organisation and would read each other's words. Tick that they may, or link the tickets instead."],
        var (status, _) => ByStatus(status, refused.Message),
    };

    private string ByStatus(int status, string message) => status switch
    {
        401 => this["Du har loggats ut. Logga in igen.", "You have been signed out. Sign in again."],
        403 => this["Du har inte rätt att göra det.", "You are not allowed to do that."],
        404 => this["Det finns inte, eller är inte ditt.", "It does not exist, or is not yours."],
        412 => this["Någon hann före. Här är ärendet som det är nu; försök igen.", "Somebody changed it first. This is the ticket now; try again."],
        413 => this["Filen är för stor.", "The file is too large."],
        429 => this["Det går lite för fort. Vänta en stund och försök igen.", "That was a little too fast. Wait a moment and try again."],
        >= 500 => this["Det gick inte just nu. Inget är borttappat; försök igen om en stund.", "It did not work just now. Nothing is lost; try again in a moment."],
        _ => message,
    };
}
