using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class PurityTests
{
    [Fact]
    public void Pure_folders_do_not_touch_the_world() => Verdict.Clean(PurityRules.Impure(Repository.Here.Sources));

    [Fact]
    public void Only_storage_touches_files() => Verdict.Clean(
        PurityRules.Files(Repository.Here.Sources),
        new Allowance("KvStore.Node/Configuration/RespSection.cs", "File is used", "A password and a certificate are named by files, which are read at start and never written."));

    [Fact]
    public void The_node_has_no_interface_but_its_three_seams() => Verdict.Clean(PurityRules.MoreInterfaces(Repository.Here.Sources));

    [Theory]
    [InlineData("class A { Task X() => null; }")]
    [InlineData("class A { ValueTask<int> X() => default; }")]
    [InlineData("class A { async void X() {} }")]
    [InlineData("class A { void X() { lock (this) { } } }")]
    [InlineData("class A(TimeProvider time);")]
    [InlineData("class A { ILogger<A> _log; }")]
    [InlineData("class A { int X => Random.Shared.Next(); }")]
    [InlineData("class A { object X => DateTime.UtcNow; }")]
    [InlineData("class A { int X => Environment.ProcessorCount; }")]
    public void A_decision_that_touches_the_world_is_found(string text) =>
        Assert.Single(PurityRules.Impure([SourceFile.Sample("KvStore.Node/Ring/A.cs", text)]));

    [Theory]
    [InlineData("KvStore.Node/Peers/A.cs", "class A { Task X() => null; }")]
    [InlineData("KvStore.Node/Ring/A.cs", "class A { int X(Random random, long now) => random.Next(); int Y(B b) => b.Task; }")]
    public void Passed_chance_and_time_are_left_alone(string path, string text) =>
        Assert.Empty(PurityRules.Impure([SourceFile.Sample(path, text)]));

    [Theory]
    [InlineData("KvStore.Node/Peers/A.cs", "class A { void X() => File.Delete(null); }", 1)]
    [InlineData("KvStore.Node/Program.cs", "new FileStream(null, default);", 1)]
    [InlineData("KvStore.Node/Storage/Log/A.cs", "class A { void X() => File.Delete(null); }", 0)]
    [InlineData("KvStore.Node/Peers/A.cs", "class A { string X(B b) => b.Directory; }", 0)]
    [InlineData("KvStore.Web/A.cs", "class A { void X() => File.Delete(null); }", 0)]
    public void A_file_touched_outside_storage_is_found(string path, string text, int findings) =>
        Assert.Equal(findings, PurityRules.Files([SourceFile.Sample(path, text)]).Count());

    [Theory]
    [InlineData("KvStore.Node/Peers/IPeer.cs", "interface IPeer;", 0)]
    [InlineData("KvStore.Node/Peers/IWire.cs", "interface IWire;", 1)]
    [InlineData("KvStore.Client/IWire.cs", "interface IWire;", 0)]
    public void A_further_interface_of_the_node_is_found(string path, string text, int findings) =>
        Assert.Equal(findings, PurityRules.MoreInterfaces([SourceFile.Sample(path, text)]).Count());
}
