using System.Globalization;
using KvStore.Web.Slots;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class HeatScaleTests
{
    [Fact]
    public void Nothing_at_all_has_no_steps()
    {
        HeatScale scale = HeatScale.Of([0, 0, 0], isWhole: true);

        Assert.Empty(scale.Bounds);
        Assert.Equal((0, 0), (scale.StepOf(0), scale.ColorOf(0)));
        Assert.Empty(HeatScale.Of([], isWhole: false).Bounds);
    }

    [Fact]
    public void Few_whole_numbers_have_a_step_each_and_the_highest_the_last_colour()
    {
        HeatScale scale = HeatScale.Of([0, 1, 3, 2], isWhole: true);

        Assert.Equal([1, 2, 3], scale.Bounds);
        Assert.Equal([0, 1, 2, 3], new double[] { 0, 1, 2, 3 }.Select(scale.StepOf));
        Assert.Equal([0, 1, 5, 8], new[] { 0, 1, 2, 3 }.Select(scale.ColorOf));
    }

    [Fact]
    public void One_number_that_is_not_nothing_has_the_last_colour()
    {
        HeatScale scale = HeatScale.Of([0, 1, 1], isWhole: true);
        Assert.Equal(HeatPalette.Count - 1, scale.ColorOf(scale.StepOf(1)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_busy_slot_stands_out_and_the_others_do_not_all_look_alike(bool isWhole)
    {
        HeatScale scale = HeatScale.Of([10_000, 900, 400, 100, 1], isWhole);

        Assert.Equal(HeatScale.StepsMax, scale.Bounds.Length);
        Assert.Equal([8, 3, 2, 1, 1], new double[] { 10_000, 900, 400, 100, 1 }.Select(scale.StepOf));
    }

    [Fact]
    public void Steps_rise_with_figures_and_every_figure_lies_within_its_step()
    {
        Random random = new(7);
        for (int i = 0; i < 200; i++)
        {
            bool isWhole = i % 2 == 0;
            double[] figures = [.. Enumerable.Range(0, 50).Select(_ => isWhole ? random.Next(0, 1 + (i * i)) : random.NextDouble() * i)];
            HeatScale scale = HeatScale.Of(figures, isWhole);
            double[] rising = [.. figures.Order()];
            Assert.Equal(rising.Select(scale.StepOf), rising.Select(scale.StepOf).Order());
            Assert.All(rising.Where(figure => figure > 0), figure => Assert.True(
                scale.StepOf(figure) >= 1 && figure >= scale.Bounds[scale.StepOf(figure) - 1] && (scale.StepOf(figure) == scale.Bounds.Length || figure < scale.Bounds[scale.StepOf(figure)])));
            Assert.All(rising, figure => Assert.InRange(scale.ColorOf(scale.StepOf(figure)), figure > 0 ? 1 : 0, HeatPalette.Count - 1));
        }
    }

    /// <summary>Then they are told apart by everybody, on paper too: no kind of colour blindness takes lightness away.</summary>
    [Fact]
    public void The_palettes_rise_in_lightness_from_step_to_step()
    {
        Assert.Equal((HeatPalette.Count, HeatPalette.Count), (HeatPalette.Dark.Length, HeatPalette.Light.Length));
        double[] dark = [.. HeatPalette.Dark.Select(Lightness)];
        double[] light = [.. HeatPalette.Light.Select(Lightness)];

        Assert.All(Enumerable.Range(1, dark.Length - 1), step => Assert.True(dark[step] - dark[step - 1] > 5, $"dark {step}: {dark[step - 1]:0} to {dark[step]:0}"));
        Assert.All(Enumerable.Range(1, light.Length - 1), step => Assert.True(light[step - 1] - light[step] > 5, $"light {step}: {light[step - 1]:0} to {light[step]:0}"));
    }

    // L* of CIELAB, 0 to 100.
    private static double Lightness(string color)
    {
        double[] parts = [.. Enumerable.Range(0, 3).Select(i => int.Parse(color.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)];
        double[] linear = [.. parts.Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
        double luminance = (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
        return luminance > 0.008856 ? (116 * Math.Cbrt(luminance)) - 16 : 903.3 * luminance;
    }
}
