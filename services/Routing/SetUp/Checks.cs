using System.Text.RegularExpressions;
using Desk.Contracts;
using Desk.Routing.Agreements;
using Desk.Routing.Automation;
using Desk.Routing.Calendars;
using Desk.Routing.Checklists;
using Desk.Routing.Holders;
using Desk.Routing.Shifts;
using Desk.Routing.Triage;
using Desk.ServiceDefaults;

namespace Desk.Routing.SetUp;

/// <summary>What must hold of each document before it is put in force. Field by field, what is wrong and how to mend it; empty when all is well.</summary>
internal static partial class Checks
{
    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{0,63}$")]
    private static partial Regex KeyForm { get; }

    public static Dictionary<string, string[]> Teams(Listed<Team> document, DeskSetUp desk)
    {
        var errors = Keys(document.Items, team => team.Key);
        var keys = document.Items.Select(team => team.Key).ToHashSet();
        foreach (var team in document.Items.Where(team => team.EscalatesTo is not null && (!keys.Contains(team.EscalatesTo) || team.EscalatesTo == team.Key)))
            errors[$"{team.Key}.escalatesTo"] = [Phrase.Of("Ett team eskalerar till ett annat team i listan.", "A team escalates to another team of the list.")];
        foreach (var team in document.Items.Where(team => team.SkillForMinutes is < 1 or > 100_000))
            errors[$"{team.Key}.skillForMinutes"] = [Phrase.Of("Minst en minut.", "At least a minute.")];
        foreach (var team in document.Items.Where(team => team is { TimeBoxGrace: not null, TimeBox: null }))
            errors[$"{team.Key}.timeBoxGrace"] = [Phrase.Of("Den börjar när tidsgränsen är slut: ange den också.", "It begins when the time box is over: give that too.")];
        foreach (var team in document.Items)
        {
            foreach (var person in new[] { team.Lead, team.Manager }.Where(person => person is not null && desk.Agents.All(agent => !agent.Email.Equals(person, StringComparison.OrdinalIgnoreCase))))
                errors[$"{team.Key}.lead"] = [Phrase.Of($"Det finns ingen handläggare ”{person}”.", $"There is no agent '{person}'.")];
            foreach (var need in (team.Needs ?? []).GroupBy(need => need.Key).Where(need => need.Count() > 1 || !KeyForm.IsMatch(need.Key)))
                errors[$"{team.Key}.needs"] = [Phrase.Of($"”{need.Key}”: varje fråga har en egen nyckel, av små bokstäver, siffror, punkter och bindestreck.", $"'{need.Key}': each question has a key of its own, in small letters, digits, dots and hyphens.")];
        }
        foreach (var category in desk.Categories.Where(category => !keys.Contains(category.Team)))
            errors[category.Team] = [Phrase.Of($"Kategorin {category.Key} går till teamet {category.Team}: flytta den innan teamet tas bort.", $"Category {category.Key} goes to team {category.Team}: move it before the team is taken away.")];
        return errors;
    }

    public static Dictionary<string, string[]> Categories(Listed<Category> document, DeskSetUp desk)
    {
        var errors = Keys(document.Items, category => category.Key);
        foreach (var category in document.Items.Where(category => desk.Team(category.Team) is null))
            errors[$"{category.Key}.team"] = [Phrase.Of($"Det finns inget team ”{category.Team}”.", $"There is no team '{category.Team}'.")];
        if (document.Items.All(category => category is not { Key: "other", Retired: false }))
            errors["other"] = [Phrase.Of("Behåll kategorin ”other”: dit går det som ingen kan sortera.", "Keep the category 'other': what nobody can sort goes there.")];
        return errors;
    }

    public static Dictionary<string, string[]> Skills(Listed<Skill> document, DeskSetUp desk)
    {
        var errors = document.Items is { Count: 0 } ? [] : Keys(document.Items, skill => skill.Key);
        foreach (var skill in document.Items ?? [])
        {
            if (skill.Level is < 1 or > 3)
                errors[$"{skill.Key}.level"] = [Phrase.Of("Nivåerna är 1 till 3.", "Levels are 1 to 3.")];
            foreach (var category in (skill.Categories ?? []).Where(category => desk.Category(category) is null))
                errors[$"{skill.Key}.categories"] = [Phrase.Of($"Det finns ingen kategori ”{category}”.", $"There is no category '{category}'.")];
        }
        return errors;
    }

    public static Dictionary<string, string[]> Shifts(Listed<Shift> document, DeskSetUp desk)
    {
        var errors = document.Items is { Count: 0 } ? [] : Keys(document.Items, shift => shift.Key);
        foreach (var shift in document.Items ?? [])
        {
            if (desk.Team(shift.Team) is null)
                errors[$"{shift.Key}.team"] = [Phrase.Of($"Det finns inget team ”{shift.Team}”.", $"There is no team '{shift.Team}'.")];
            if (shift.Days is not { Count: > 0 } || shift.Days.Any(day => !Enum.TryParse<DayOfWeek>(day, ignoreCase: true, out _) || char.IsDigit(day[0])))
                errors[$"{shift.Key}.days"] = [Phrase.Of("Dagarna är monday till sunday, minst en.", "Days are monday to sunday, at least one.")];
            if (!IsTime(shift.From) || !IsTime(shift.To))
                errors[$"{shift.Key}.from"] = [Phrase.Of("Tider skrivs 07:30; 24:00 är midnatt när dagen är slut.", "Times are 07:30; 24:00 is midnight at the end of the day.")];
            if (!desk.Calendars.ContainsKey((shift.Calendar, desk.CalendarsVersion)))
                errors[$"{shift.Key}.calendar"] = [Phrase.Of($"Det finns ingen kalender ”{shift.Calendar}”.", $"There is no calendar '{shift.Calendar}'.")];
            if (shift.Need is < 1 or > 500)
                errors[$"{shift.Key}.need"] = [Phrase.Of("Minst en.", "At least one.")];
        }
        foreach (var rotation in desk.Duties.Rotations.Where(rotation => document.Items?.Any(shift => shift.Key == rotation.Shift) != true))
            errors[rotation.Shift] = [Phrase.Of($"Turordningen {rotation.Key} gäller passet {rotation.Shift}: ta bort den först.", $"Rotation {rotation.Key} is of shift {rotation.Shift}: take it away first.")];
        return errors;
    }

    public static Dictionary<string, string[]> Rotations(Listed<Rotation> document, DeskSetUp desk)
    {
        var errors = document.Items is { Count: 0 } ? [] : Keys(document.Items, rotation => rotation.Key);
        foreach (var rotation in document.Items ?? [])
        {
            if (desk.Duties.Shifts.All(shift => shift.Key != rotation.Shift))
                errors[$"{rotation.Key}.shift"] = [Phrase.Of($"Det finns inget pass ”{rotation.Shift}”.", $"There is no shift '{rotation.Shift}'.")];
            if (rotation.Agents is not { Count: > 0 and <= 500 })
                errors[$"{rotation.Key}.agents"] = [Phrase.Of("Minst en handläggare turas om.", "At least one agent takes turns.")];
            if (rotation.Starts.Year is < 2000 or > 2200)
                errors[$"{rotation.Key}.starts"] = [Phrase.Of("Ett datum, till exempel 2026-12-01.", "A date, such as 2026-12-01.")];
        }
        return errors;
    }

    private static bool IsTime(string? text)
        => text == "24:00" || TimeOnly.TryParseExact(text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _);

    public static Dictionary<string, string[]> Matrix(MatrixDocument document, DeskSetUp desk)
        => Priorities.Matrix.Gaps(document.Cells, Words.All<Impact>(), Words.All<Urgency>())
            .ToDictionary(gap => gap, _ => new[] { Phrase.Of("Varje påverkan och brådska har en prioritet, P1 till P5.", "Every impact and urgency has a priority, P1 to P5.") });

    public static Dictionary<string, string[]> Agreements(Listed<AgreementSpec> document, DeskSetUp desk)
    {
        var errors = Keys(document.Items, agreement => agreement.Key);
        foreach (var agreement in document.Items)
        {
            if (!desk.Calendars.ContainsKey((agreement.Calendar, desk.CalendarsVersion)))
                errors[$"{agreement.Key}.calendar"] = [Phrase.Of($"Det finns ingen kalender ”{agreement.Calendar}”.", $"There is no calendar '{agreement.Calendar}'.")];
            foreach (var (priority, calendar) in agreement.OnCall ?? new Dictionary<string, string>())
            {
                if (!Enum.TryParse<Priority>(priority, out _))
                    errors[$"{agreement.Key}.onCall.{priority}"] = [Phrase.Of("Prioriteterna är P1 till P5.", "Priorities are P1 to P5.")];
                else if (!desk.Calendars.ContainsKey((calendar, desk.CalendarsVersion)))
                    errors[$"{agreement.Key}.onCall.{priority}"] = [Phrase.Of($"Det finns ingen kalender ”{calendar}”.", $"There is no calendar '{calendar}'.")];
            }
            if (agreement.AtRisk is not (> 0 and <= 1))
                errors[$"{agreement.Key}.atRisk"] = [Phrase.Of("En del av löftet: över 0, högst 1.", "A part of the promise: above 0, at most 1.")];
            foreach (var priority in agreement.Targets.Keys.Where(priority => !Enum.TryParse<Priority>(priority, out _)))
                errors[$"{agreement.Key}.targets.{priority}"] = [Phrase.Of("Prioriteterna är P1 till P5.", "Priorities are P1 to P5.")];
        }
        if (document.Items.All(agreement => agreement.NamesOrganisations || agreement.NamesCategories))
            errors["organisations"] = [Phrase.Of("Ett avtal nämner varken organisationer eller kategorier: det gäller alla som inget annat nämner.", "One agreement names neither organisations nor categories: it is for everyone that no other names.")];
        return errors;
    }

    public static Dictionary<string, string[]> Calendars(Listed<CalendarSpec> document, DeskSetUp desk)
    {
        var errors = Keys(document.Items, calendar => calendar.Key ?? "");
        foreach (var calendar in document.Items)
        {
            foreach (var (field, why) in calendar.Build(calendar.Key ?? "calendar").Errors)
                errors[field] = why;
        }
        var kept = document.Items.Select(calendar => calendar.Key).ToHashSet();
        foreach (var (agreement, calendar) in desk.Agreements.SelectMany(agreement => agreement.Calendars.Where(calendar => !kept.Contains(calendar)).Select(calendar => (agreement.Key, calendar))))
            errors[calendar] = [Phrase.Of($"Avtalet {agreement} räknar efter kalendern {calendar}: ge det en annan innan den tas bort.", $"Agreement {agreement} counts by calendar {calendar}: give it another before it is taken away.")];
        return errors;
    }

    public static Dictionary<string, string[]> Rules(Listed<Rule> document, DeskSetUp desk)
    {
        var errors = new Dictionary<string, string[]>();
        for (var i = 0; i < document.Items.Count; i++)
        {
            var (rule, at) = (document.Items[i], $"items[{i}]");
            if (string.IsNullOrWhiteSpace(rule.Name))
                errors[$"{at}.name"] = [Phrase.Of("Ge regeln ett namn: det visas på varje ärende som den avgör.", "Give the rule a name: it is shown on every ticket it decides.")];
            if (rule.When is null or { Words: not { Count: > 0 }, From: not { Count: > 0 }, Channels: not { Count: > 0 }, Organisations: not { Count: > 0 } })
                errors[$"{at}.when"] = [Phrase.Of("Ange ett villkor: ord, avsändare, kanaler eller organisationer.", "Give a condition: words, from, channels or organisations.")];
            else if (rule.When.Words?.Any(string.IsNullOrWhiteSpace) == true)
                errors[$"{at}.when.words"] = [Phrase.Of("Ett tomt ord finns i alla ärenden.", "An empty word is in every ticket.")];
            if (rule.Set is null or { Type: null, Category: null, Impact: null, Urgency: null, Team: null })
                errors[$"{at}.set"] = [Phrase.Of("Säg vad den sätter: typ, kategori, påverkan, brådska eller team.", "Say what it sets: type, category, impact, urgency or team.")];
            else if (rule.Set.Category is not null && desk.Category(rule.Set.Category) is null)
                errors[$"{at}.set.category"] = [Phrase.Of($"Det finns ingen kategori ”{rule.Set.Category}”.", $"There is no category '{rule.Set.Category}'.")];
            else if (rule.Set.Team is not null && desk.Team(rule.Set.Team) is null)
                errors[$"{at}.set.team"] = [Phrase.Of($"Det finns inget team ”{rule.Set.Team}”.", $"There is no team '{rule.Set.Team}'.")];
        }
        return errors;
    }

    public static Dictionary<string, string[]> Checklists(Listed<ChecklistSpec> document, DeskSetUp desk)
    {
        var errors = document.Items is { Count: 0 } ? [] : Keys(document.Items, list => list.Key);
        foreach (var list in document.Items ?? [])
        {
            if (string.IsNullOrWhiteSpace(list.Name))
                errors[$"{list.Key}.name"] = [Phrase.Of("Ge den ett namn.", "Give it a name.")];
            if (list.Items is not { Count: > 0 and <= Checklist.Most } || list.Items.Any(step => string.IsNullOrWhiteSpace(step) || step.Length > Checklist.Longest))
                errors[$"{list.Key}.items"] = [Phrase.Of($"Ett till {Checklist.Most} steg med högst {Checklist.Longest} tecken.", $"One to {Checklist.Most} steps of at most {Checklist.Longest} characters.")];
            foreach (var category in (list.Categories ?? []).Where(category => !IsCategory(category, desk)))
                errors[$"{list.Key}.categories"] = [Phrase.Of($"Det finns ingen kategori ”{category}”.", $"There is no category '{category}'.")];
        }
        return errors;
    }

    public static Dictionary<string, string[]> Triggers(Listed<Trigger> document, DeskSetUp desk)
    {
        var errors = document.Items is { Count: 0 } ? [] : Keys(document.Items, trigger => trigger.Key);
        foreach (var trigger in document.Items ?? [])
        {
            if (string.IsNullOrWhiteSpace(trigger.Name) || trigger.Name.Length > 100)
                errors[$"{trigger.Key}.name"] = [Phrase.Of("Ge utlösaren ett namn, med högst 100 tecken: det visas på varje ärende där den utlöses.", "Give the trigger a name, of at most 100 characters: it is shown on every ticket it fires on.")];
            if (trigger.PerMinute is < 1 or > 10_000)
                errors[$"{trigger.Key}.perMinute"] = [Phrase.Of("1 till 10 000 gånger i minuten.", "1 to 10,000 firings a minute.")];
            if (WhatIsWrong(trigger.On) is { } wrong)
                errors[$"{trigger.Key}.on"] = [wrong];
            foreach (var condition in (trigger.All ?? []).Concat(trigger.Any ?? []))
            {
                if (WhatIsWrong(condition, desk) is { } why)
                    errors[$"{trigger.Key}.{condition.Field.ToWord()}"] = [why];
            }
            if (trigger.Do is not { Count: > 0 and <= 20 })
                errors[$"{trigger.Key}.do"] = [Phrase.Of("Säg vad den gör, 1 till 20 saker.", "Say what it does, 1 to 20 things.")];
            foreach (var deed in trigger.Do ?? [])
            {
                // A mail about a mail that failed would fail as well, and set itself off again.
                if ((trigger.On?.Event == Moment.MailFailed && deed.Act == Act.TellRequester ? Phrase.Of("Post når inte beställaren: säg det till en handläggare, eller skriv en anteckning.", "Mail does not reach the requester: tell an agent, or write a note.") : WhatIsWrong(deed, desk)) is { } why)
                    errors[$"{trigger.Key}.{deed.Act.ToWord()}"] = [why];
            }
        }
        return errors;
    }

    private static string? WhatIsWrong(Occasion? on) => on switch
    {
        null => Phrase.Of("Säg när den ska frågas.", "Say when it is asked."),
        { IsTime: false } => null,
        { Days: not null, Event: Moment.BeforeDue } => Phrase.Of("Innan ett löfte ska hållas räknas tiden i timmar och minuter.", "Before a promise is due, time is counted in hours and minutes."),
        { Days: null, After: null } => Phrase.Of("Säg efter hur lång tid: timmar och minuter, eller hela arbetsdagar.", "Say after how long: hours and minutes, or whole working days."),
        { Days: not null, After: not null } => Phrase.Of("Ange timmar och minuter eller hela arbetsdagar, inte båda.", "Give hours and minutes or whole working days, not both."),
        { Days: < 1 or > 365 } => Phrase.Of("1 till 365 arbetsdagar.", "1 to 365 working days."),
        { Event: Moment.InStatus, Status: TicketStatus.Closed } => Phrase.Of("Ett avslutat ärende förblir som det är.", "A closed ticket stays as it is."),
        _ => null,
    };

    private static string? WhatIsWrong(Condition condition, DeskSetUp desk)
    {
        if (condition.Values is not { Count: > 0 })
            return Phrase.Of("Säg vad det jämförs med.", "Say with what it is compared.");
        if (condition.IsNumber)
            return condition.Number is null || condition.Is == Comparison.Contains ? Phrase.Of("Det jämförs med ett enda tal.", "It is compared with one number.") : null;
        if (condition.Is is Comparison.More or Comparison.Less)
            return Phrase.Of("Bara ålder och antal återöppningar är större eller mindre än något.", "Only age and times reopened are more or less than something.");
        return condition.Is == Comparison.Contains ? null : condition.Values.Where(value => value != Condition.None && !Knows(condition.Field, value, desk)).Select(value => Phrase.Of($"Det finns inget ”{value}”.", $"There is no '{value}'.")).FirstOrDefault();
    }

    private static bool Knows(TicketField field, string value, DeskSetUp desk) => field switch
    {
        TicketField.Type => Words.Read<TicketType>(value) is not null,
        TicketField.Category => IsCategory(value, desk),
        TicketField.Impact => Words.Read<Impact>(value) is not null,
        TicketField.Urgency => Words.Read<Urgency>(value) is not null,
        TicketField.Priority => Enum.TryParse<Priority>(value, out var priority) && Enum.IsDefined(priority),
        TicketField.Vip => value is "true" or "false",
        TicketField.Ownership => Words.Read<Ownership>(value) is not null,
        TicketField.Team => desk.Team(value) is not null,
        TicketField.Assignee => desk.AgentAt(value) is not null,
        TicketField.Line => Words.Read<Line>(value) is not null,
        TicketField.Status => Words.Read<TicketStatus>(value) is not null,
        TicketField.WaitingFor => Words.Read<WaitingFor>(value) is not null,
        TicketField.Channel => Words.Read<Channel>(value) is not null,
        TicketField.Language => value is "sv" or "en",
        _ => true,
    };

    private static string? WhatIsWrong(Deed deed, DeskSetUp desk) => deed.Act switch
    {
        Act.SetType => Words.Read<TicketType>(deed.Value) is null ? "incident or request." : null,
        Act.SetCategory => desk.Category(deed.Value) is null ? Phrase.Of($"Det finns ingen kategori ”{deed.Value}”.", $"There is no category '{deed.Value}'.") : null,
        Act.SetImpact => Words.Read<Impact>(deed.Value) is null ? "one, group, site or all." : null,
        Act.SetUrgency => Words.Read<Urgency>(deed.Value) is null ? "low, medium or high." : null,
        Act.SetOwnership => Words.Read<Ownership>(deed.Value) is null ? "work or private." : null,
        Act.AssignTeam => desk.Team(deed.Value) is null ? Phrase.Of($"Det finns inget team ”{deed.Value}”.", $"There is no team '{deed.Value}'.") : null,
        Act.AssignAgent => desk.AgentAt(deed.Value) is null ? Phrase.Of($"Det finns ingen aktiv handläggare ”{deed.Value}”.", $"There is no active agent '{deed.Value}'.") : null,
        Act.Escalate => deed.Value is null or "lead" or "manager" || desk.Team(deed.Value) is not null ? null : Phrase.Of($"Det finns inget team ”{deed.Value}”; lead och manager går också bra.", $"There is no team '{deed.Value}'; lead and manager will do, too."),
        Act.Checklist => desk.Checklists.All(list => list.Key != deed.Value) ? Phrase.Of($"Det finns ingen checklista ”{deed.Value}”.", $"There is no checklist '{deed.Value}'.") : null,
        Act.TellAgent => deed.Value is not ("holder" or "lead") && desk.AgentAt(deed.Value) is null ? "holder, lead or an agent's e-mail address." : Said(deed),
        Act.Note or Act.TellRequester => Said(deed),
        Act.Pause => Words.Read<WaitingFor>(deed.Value) is not (WaitingFor.Requester or WaitingFor.Supplier) ? Phrase.Of("Det väntar på beställaren eller en leverantör.", "It waits for the requester or a supplier.") : null,
        Act.Resume or Act.Resolve or Act.Close => null,
        _ => throw new ArgumentOutOfRangeException(nameof(deed), deed.Act, null),
    };

    private static string? Said(Deed deed)
        => string.IsNullOrWhiteSpace(deed.Sv) ? Phrase.Of("Skriv vad som ska sägas, på svenska.", "Write what to say, in Swedish.") : deed.Sv.Length > 4000 || deed.En?.Length > 4000 ? Phrase.Of("Högst 4 000 tecken.", "At most 4,000 characters.") : null;

    private static bool IsCategory(string key, DeskSetUp desk)
        => desk.Categories.Any(category => category.Key == key || category.Key.StartsWith(key + ".", StringComparison.Ordinal));

    private static Dictionary<string, string[]> Keys<T>(IReadOnlyList<T>? items, Func<T, string> key)
    {
        var errors = new Dictionary<string, string[]>();
        if (items is not { Count: > 0 })
            errors["items"] = [Phrase.Of("Ange minst en.", "Give at least one.")];
        foreach (var same in (items ?? []).GroupBy(key))
        {
            if (!KeyForm.IsMatch(same.Key))
                errors[$"'{same.Key}'"] = [Phrase.Of("En nyckel har små bokstäver, siffror, punkter och bindestreck.", "A key is small letters, digits, dots and hyphens.")];
            else if (same.Count() > 1)
                errors[same.Key] = [Phrase.Of("Två har den nyckeln.", "Two have this key.")];
        }
        return errors;
    }
}
