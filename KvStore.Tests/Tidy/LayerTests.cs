using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class LayerTests
{
    [Fact]
    public void A_folder_of_the_node_imports_only_lower_folders() => Verdict.Clean(LayerRules.Upward(Repository.Here.Sources));

    [Theory]
    [InlineData("using KvStore.Node.Storage;")]
    [InlineData("using Log = KvStore.Node.Storage.LogFrame;")]
    [InlineData("using static KvStore.Node.Storage.LogFrame;")]
    [InlineData("namespace KvStore.Node.Ring; class A { KvStore.Node.Storage.LogFrame _x; }")]
    [InlineData("namespace KvStore.Node.Ring; class A { global::KvStore.Node.Storage.LogFrame _x; }")]
    [InlineData("namespace KvStore.Node.Ring; class A { int X => Storage.LogFrame.Length; }")]
    [InlineData("namespace KvStore.Node.Ring; class A { int X => Node.Storage.LogFrame.Length; }")]
    [InlineData("using KvStore.Node.Registers;")]
    [InlineData("namespace KvStore.Node.Ring; class A(NodeOptions options);")]
    [InlineData("namespace KvStore.Node.Ring; class A { int X => NodeOptions.Most; }")]
    [InlineData("namespace KvStore.Node.Ring; class A { List<NodeOptions> _all; }")]
    public void An_import_that_goes_up_or_sideways_is_found(string text) =>
        Assert.Single(LayerRules.Upward([.. Neighbours, SourceFile.Sample("KvStore.Node/Ring/A.cs", text)]));

    [Theory]
    [InlineData("KvStore.Node/Storage/A.cs", "using KvStore.Node.Ring; using KvStore.Node.Registers; using KvStore.Node.Storage.Log;")]
    [InlineData("KvStore.Node/Ring/A.cs", "class A { object Storage; object X => Storage.ToString(); }")]
    [InlineData("KvStore.Node/Ring/A.cs", "class A { void X() => Invariant.Holds(true); }")]
    [InlineData("KvStore.Node/Ring/A.cs", "class A { B NodeOptions => null; int X => NodeOptions.Most; }")]
    [InlineData("KvStore.Node/FrontEnds/Http/A.cs", "class A(NodeOptions options);")]
    [InlineData("KvStore.Node/Program.cs", "using KvStore.Node.FrontEnds;")]
    public void What_goes_down_is_left_alone(string path, string text) =>
        Assert.Empty(LayerRules.Upward([.. Neighbours, SourceFile.Sample(path, text)]));

    [Fact]
    public void A_folder_without_a_place_in_the_table_is_found() =>
        Assert.Single(LayerRules.Upward([SourceFile.Sample("KvStore.Node/Misc/A.cs", "class A;")]));

    [Fact]
    public void The_table_of_the_tour_is_the_table_that_is_tested()
    {
        var table = Repository.Here.File("ARCHITECTURE.md").Lines
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells is ["", _, _, _, ""] && int.TryParse(cells[1], out _))
            .SelectMany(cells => cells[2].Split(", ").Select(folder => KeyValuePair.Create(folder.Trim('`', '/'), int.Parse(cells[1], provider: null))))
            .ToDictionary();
        var folders = Repository.Here.Sources.Where(source => source.File.Project == LayerRules.Node && source.Layer.Length > 0)
            .Select(source => source.Layer).Distinct();

        Assert.Equal(LayerRules.Heights.Where(layer => table.ContainsKey(layer.Key)).OrderBy(layer => layer.Key), table.OrderBy(layer => layer.Key));
        Assert.Empty(folders.Except(table.Keys));
    }

    private static IEnumerable<SourceFile> Neighbours =>
    [
        SourceFile.Sample("KvStore.Node/Storage/Log/LogFrame.cs", "namespace KvStore.Node.Storage.Log; class LogFrame;"),
        SourceFile.Sample("KvStore.Node/Registers/Ballot.cs", "namespace KvStore.Node.Registers; class Ballot;"),
        SourceFile.Sample("KvStore.Node/NodeOptions.cs", "namespace KvStore.Node; class NodeOptions;"),
        SourceFile.Sample("KvStore.Node/Invariant.cs", "namespace KvStore.Node; class Invariant;"),
    ];
}
