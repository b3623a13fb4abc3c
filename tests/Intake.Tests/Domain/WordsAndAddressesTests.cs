using Desk.Contracts;
using Desk.Intake.People;
using Desk.Intake.Tickets;

namespace Desk.Intake.Tests.Domain;

public class WordsAndAddressesTests
{
    [Theory]
    [InlineData("D-1042", 1042)]
    [InlineData("d-1042", 1042)]
    public void A_ticket_number_is_read_in_either_case(string text, long value)
    {
        Assert.True(TicketNumber.TryParse(text, out var number));
        Assert.Equal(value, number.Value);
        Assert.Equal("D-1042", number.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1042")]
    [InlineData("D-")]
    [InlineData("D--1")]
    [InlineData("D-+1")]
    [InlineData("D- 1")]
    [InlineData("D-1042x")]
    [InlineData("D-99999999999999999999")]
    public void Nothing_else_is_a_ticket_number(string? text) => Assert.False(TicketNumber.TryParse(text, out _));

    [Theory]
    [InlineData("rut.hansson@nordvik.example")]
    [InlineData("rut+desk@it.nordvik.example")]
    [InlineData("åsa@räksmörgås.example")]
    [InlineData("o'brien@a-b.example")]
    public void An_address_that_mail_can_be_sent_to_is_taken(string address) => Assert.True(EmailAddress.IsWellFormed(address));

    [Theory]
    [InlineData(null)]
    [InlineData("rut")]
    [InlineData("@nordvik.example")]
    [InlineData("rut@")]
    [InlineData("rut@nordvik")]
    [InlineData("rut@@nordvik.example")]
    [InlineData("rut hansson@nordvik.example")]
    [InlineData(".rut@nordvik.example")]
    [InlineData("rut..h@nordvik.example")]
    [InlineData("rut@nordvik..example")]
    [InlineData("rut@-nordvik.example")]
    [InlineData("rut@nordvik.example\r\nBcc: all@nordvik.example")]
    [InlineData("<rut@nordvik.example>")]
    [InlineData("\"rut\"@nordvik.example")]
    [InlineData("rut@[127.0.0.1]")]
    public void What_could_break_a_header_is_no_address(string? address) => Assert.False(EmailAddress.IsWellFormed(address));

    [Fact]
    public void Addresses_that_differ_in_case_are_one() =>
        Assert.Equal(EmailAddress.Normalise("rut.hansson@nordvik.example"), EmailAddress.Normalise(" Rut.Hansson@NORDVIK.example "));

    [Fact]
    public void An_organisation_is_sought_by_the_domain_and_those_above_it() =>
        Assert.Equal(["it.nordvik.example", "nordvik.example", "example"], EmailAddress.DomainAndParents("rut@it.nordvik.example"));

    [Theory]
    [InlineData("Hej, skrivaren på plan 3 fungerar inte och jag behöver hjälp", "sv")]
    [InlineData("Hello, the printer on floor 3 does not work and I need help", "en")]
    [InlineData("VPN error 809", "sv")]
    [InlineData("", "sv")]
    [InlineData("Kan inte logga in. Error message: the password is wrong", "en")]
    [InlineData("Lösenord", "sv")]
    public void The_language_is_guessed_from_the_text_and_swedish_when_in_doubt(string text, string language) =>
        Assert.Equal(language, LanguageGuess.Of(text));

    [Fact]
    public void Every_word_of_an_enum_reads_back()
    {
        foreach (var channel in Enum.GetValues<Channel>())
            Assert.Equal(channel, Wording<Channel>.Read(Wording<Channel>.Of(channel)));
        Assert.Equal("walkIn", Wording<Channel>.Of(Channel.WalkIn));
        Assert.False(Wording<Channel>.TryRead("WalkIn", out _));
        Assert.Equal("one, group, site or all", Wording<Impact>.Choices);
    }
}
