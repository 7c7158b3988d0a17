"""The question of lesson 00, which shows how questions work."""

from utils.questions import ask, register, right, wrong

QUESTIONS = {
    "first relu": ask(
        "ReLU is max(0, x). What does it make of x = -3?",
        wrong("-3", "ReLU keeps an input as it is if it is above 0, and -3 is not."),
        wrong("3", "That is the absolute value |x|. ReLU does not turn the sign around."),
        right("0", "0 is larger than -3, and ReLU takes the larger of the two."),
    )
}

register(QUESTIONS)
