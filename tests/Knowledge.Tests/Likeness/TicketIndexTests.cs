using Desk.Knowledge.Likeness;

namespace Desk.Knowledge.Tests.Likeness;

public class TicketIndexTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 23, 8, 10, 0, TimeSpan.Zero);
    private readonly TicketIndex _index = new();

    [Fact]
    public void The_ticket_with_the_same_matter_is_likest()
    {
        var vpn = Put("VPN ansluter men inget svarar", "När jag arbetar hemifrån går VPN igång men jag når inte servern.");
        Put("Skrivaren skriver inte ut", "Utskrifterna fastnar i kön.");
        Put("Glömt lösenord", "Kontot låstes efter några försök.");
        var like = _index.Like(Matter.Asked("VPN", "VPN går igång men servern svarar inte"), _ => true, 5);
        Assert.Equal(vpn, like[0].Id);
        Assert.InRange(like[0].Share, 0.5, 1);
        Assert.True(like.Skip(1).All(other => other.Share < 0.25), string.Join(' ', like));
    }

    [Fact]
    public void Who_signed_is_not_what_it_is_about()
    {
        Put("Skrivaren", "Den skriver inte ut.\n\nMed vänlig hälsning\nRut Hansson, Nordvik");
        Assert.Empty(_index.Like(Matter.Asked("Mobilen", "Ringer inte.\nHälsningar\nRut Hansson, Nordvik"), other => other.Share > 0.3, 5));
    }

    [Fact]
    public void A_ticket_put_again_counts_once_as_it_is_now()
    {
        var id = Put("VPN", "VPN kopplar ner", open: true);
        Put("VPN", "VPN kopplar ner", id: id, solution: "Klienten uppdaterades");
        var like = Assert.Single(_index.Like(Matter.Asked("VPN", "kopplar ner"), _ => true, 5));
        Assert.Equal((false, true), (like.Open, like.Solved));
        Assert.Equal(1, _index.Count);
    }

    [Fact]
    public void What_settles_is_found_as_before()
    {
        var random = new Random(7);
        string Word() => $"ord{random.Next(4000)}x";
        var texts = Enumerable.Range(0, 4000).Select(_ => string.Join(' ', Enumerable.Range(0, 20).Select(_ => Word()))).ToList();
        var ids = texts.Select(text => Put(text, "")).ToList();
        // Some are put again, with more: their first text is then dead weight that settling leaves behind.
        for (var i = 0; i < 500; i++)
            Put(texts[i], "mera", id: ids[i]);
        Assert.Equal(4000, _index.Count);
        foreach (var i in new[] { 0, 499, 500, 2000, 3999 })
            Assert.Equal(ids[i], _index.Like(Matter.Asked(texts[i], ""), _ => true, 1)[0].Id);
    }

    [Theory]
    [InlineData("Kommer inte in på VPN", "VPN säger timeout när jag ansluter hemifrån sedan i morse", true)]
    [InlineData("vpn nere?", "Hej, funkar inte vpn för någon just nu?", true)]
    [InlineData("Skrivaren på plan 2", "Papperet fastnar", false)]
    public void What_one_outage_makes_people_write_looks_the_same(string subject, string text, bool same)
    {
        foreach (var filler in Enumerable.Range(0, 60))
            Put($"Ärende {filler}", $"skrivare lösenord behörighet dator skärm {filler} Outlook mejl Teams möte", open: false);
        Put("VPN fungerar inte", "Jag kan inte ansluta till VPN hemifrån i dag.", open: true, category: "network.vpn");
        var category = same ? "network.vpn" : "printer";
        Assert.Equal(same, _index.Like(Matter.Asked(subject, text), other => Alike.Open(other, category, Morning.AddMinutes(20)), 5).Count == 1);
    }

    [Fact]
    public void Yesterdays_look_alike_is_not_todays_outage()
    {
        Put("VPN fungerar inte", "Kan inte ansluta", open: true, category: "network.vpn");
        Assert.Empty(_index.Like(Matter.Asked("VPN fungerar inte", "Kan inte ansluta"), other => Alike.Open(other, "network.vpn", Morning.AddHours(25)), 5));
    }

    private Guid Put(string subject, string text, bool open = false, Guid? id = null, string? solution = null, string? category = null)
    {
        var ticket = new IndexedTicket(id ?? Guid.CreateVersion7(), "sv", subject, text, solution, category, Morning, open, solution is not null);
        _index.Put(ticket);
        return ticket.Id;
    }
}
