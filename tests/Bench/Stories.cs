namespace Desk.Bench;

/// <summary>A matter as a requester would put it, with what a wise desk makes of it.</summary>
internal sealed record Story(string Language, string Subject, string Body, string Category, string Name, string Email, string Solution);

/// <summary>Invents tickets: the same number gives the same story, on every machine.</summary>
internal static class Stories
{
    private static readonly string[] FirstNames =
        ["Rut", "Erik", "Maja", "Oskar", "Elin", "Nils", "Saga", "Anders", "Karin", "Johan", "Lena", "Per", "Ylva", "Tomas", "Åsa", "Göran", "Märta", "Ivar", "Ebba", "Sven"];

    private static readonly string[] LastNames =
        ["Hansson", "Sund", "Wik", "Öberg", "Falk", "Hedlund", "Norén", "Sjö", "Granath", "Myhr", "Dalin", "Frisk", "Ågren", "Broman", "Holm", "Rask"];

    private static readonly string[] Places =
        ["plan 2", "reception", "room 314", "Ekskolan", "stadshuset", "the north wing", "biblioteket", "hemma", "förrådet", "the workshop", "Solgården", "kontor 12"];

    private static readonly string[] Things =
        ["HP EliteBook", "ThinkPad", "skrivare P-204", "Agresso", "Procapita", "Outlook", "Teams", "Visma", "dockstationen", "Lifecare", "the plotter", "Excel"];

    private static readonly (string Language, string Category, string Subject, string Body, string Solution)[] Matters =
    [
        ("sv", "account.password", "Kommer inte in, lösenordet har gått ut", "Hej! Jag kan inte logga in på {thing} sedan i morse. Det står att lösenordet har gått ut men jag får inget val att byta det. Sitter på {place}.", "Lösenordet byttes via sidan för egna lösenord."),
        ("sv", "account.password", "Glömt lösenordet efter semestern", "Efter ledigheten minns jag inte lösenordet. Kontot låstes efter några försök. Kan någon låsa upp?", "Kontot låstes upp och ett nytt lösenord sattes."),
        ("sv", "account.access", "Behöver behörighet till mappen Ekonomi", "Jag har börjat på ekonomi och saknar åtkomst till den gemensamma mappen. Min chef har godkänt.", "Behörighet gavs efter chefens godkännande."),
        ("sv", "printer", "Skrivaren på {place} skriver inte ut", "Utskrifterna fastnar i kön på {thing}. Lampan blinkar orange och det har varit så sedan lunch.", "Kön tömdes och drivrutinen lades in på nytt."),
        ("sv", "printer", "Papperstrassel gång på gång", "Det trasslar varje gång vi skriver dubbelsidigt på {place}. Vi har redan bytt papper.", "Matarrullarna byttes."),
        ("sv", "network.wifi", "Trådlöst nät tappar hela tiden", "Wifi försvinner flera gånger i timmen på {place}. Kollegan bredvid har samma problem.", "Accesspunkten startades om och fick ny kanal."),
        ("sv", "network.vpn", "VPN ansluter men inget svarar", "När jag arbetar hemifrån går VPN igång men {thing} når inte servern. Fungerade i går.", "Klienten uppdaterades till aktuell version."),
        ("sv", "email", "Får inga mejl sedan i förmiddags", "Inkorgen är tom sedan klockan nio men andra säger att de skickat. Webbmejlen visar samma sak.", "Brevlådan var full; arkivering slogs på."),
        ("sv", "email", "Kan inte öppna bilaga från leverantör", "En faktura i PDF går inte att öppna, det står att filen är skadad.", "Filen öppnades efter att läsaren uppdaterats."),
        ("sv", "computer", "Datorn startar inte", "Min {thing} är svart när jag trycker på startknappen. Laddaren lyser. Jag har ett möte klockan tio.", "Datorn byttes mot en lånedator, den gamla lämnades in."),
        ("sv", "computer", "Skärmen blinkar när den sitter i dockan", "När jag dockar datorn på {place} blinkar den yttre skärmen var tionde sekund.", "Dockans fasta program uppdaterades och kabeln byttes."),
        ("sv", "software.install", "Beställning av {thing}", "Jag behöver {thing} installerat på min dator för ett projekt som börjar på måndag.", "Programmet delades ut till datorn."),
        ("sv", "business.system", "{thing} ger felkod 0x80070057 vid sparning", "När jag sparar ett ärende i {thing} får jag felkod 0x80070057 och allt jag skrev försvinner. Det gäller hela gruppen.", "Leverantören rättade felet i natt."),
        ("sv", "security", "Misstänkt mejl med länk", "Jag fick ett mejl om ett paket och råkade klicka på länken. Jag skrev inte in något. Vad gör jag nu?", "Lösenordet byttes och datorn genomsöktes utan fynd."),
        ("sv", "phone", "Mobilen tar inte emot samtal", "Arbetsmobilen ringer men går till röstbrevlådan direkt. Omstart hjälper inte.", "Vidarekopplingen togs bort."),
        ("en", "account.password", "Locked out of my account", "I typed my password wrong a few times and now I am locked out of {thing}. I am at {place} and need in before noon.", "The account was unlocked."),
        ("en", "account.access", "Access to the shared calendar", "I joined the team last week and cannot see the shared calendar. My manager has approved it.", "Access was granted."),
        ("en", "printer", "Printer at {place} prints blank pages", "Every second page from {thing} comes out blank. Toner was changed yesterday.", "The cartridge seal was removed."),
        ("en", "network.wifi", "Wi-Fi is very slow at {place}", "Video calls freeze all the time. A cable works fine.", "The laptop was moved to the 5 GHz band."),
        ("en", "network.vpn", "VPN says the certificate has expired", "Working from home I get 'certificate expired' when I start the VPN on my {thing}.", "The certificate was renewed."),
        ("en", "email", "Outlook keeps asking for my password", "It asks every few minutes and the right password does not help. Webmail works.", "Saved credentials were cleared."),
        ("en", "computer", "Laptop is overheating", "The fan is loud and my {thing} shuts down after ten minutes. It is on a desk, nothing blocks the vents.", "The fan was replaced under warranty."),
        ("en", "software.office", "Excel crashes with large files", "A workbook of 40 MB closes Excel without a word. Smaller ones are fine.", "The 64-bit version was installed."),
        ("en", "software.install", "Please install {thing}", "I need {thing} for a course that starts next week. My manager is copied in.", "It was installed from the catalogue."),
        ("en", "business.system", "{thing} is down for everyone at {place}", "Nobody here can sign in to {thing} since 08:10. It says 'service unavailable'.", "The service was restarted by the supplier."),
        ("en", "security", "Suspicious sign-in warning", "I got a message about a sign-in from another country. It was not me.", "Sessions were ended and the password was changed."),
    ];

    /// <summary>Story number <paramref name="number"/>. Requesters come from two organisations and a few private addresses.</summary>
    public static Story Number(int number)
    {
        var random = new Random(unchecked(number * 7919 + 17));
        var (language, category, subject, body, solution) = Matters[random.Next(Matters.Length)];
        var first = FirstNames[random.Next(FirstNames.Length)];
        var last = LastNames[random.Next(LastNames.Length)];
        var domain = random.Next(10) switch { < 6 => "nordvik.example", < 9 => "lindqvist.example", _ => "post.example" };
        string Fill(string text) => text.Replace("{thing}", Things[random.Next(Things.Length)]).Replace("{place}", Places[random.Next(Places.Length)]);
        return new Story(
            language, Fill(subject), $"{Fill(body)}\n\n{(language == "sv" ? "Hälsningar" : "Regards")}\n{first} {last}", category,
            $"{first} {last}", $"{Plain(first)}.{Plain(last)}{random.Next(1, 10)}@{domain}", solution);
    }

    private static string Plain(string name) => name.ToLowerInvariant()
        .Replace('å', 'a').Replace('ä', 'a').Replace('ö', 'o').Replace('é', 'e');
}
